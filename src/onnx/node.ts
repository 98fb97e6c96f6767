import { create } from '@bufbuild/protobuf'
import { type AttributeValue, makeAttribute } from './attributes.ts'
import { type NodeProto, NodeProtoSchema } from './onnx_pb.ts'

/** A new node of the default operator set. */
export function makeNode(
  opType: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([key, value]) => makeAttribute(key, value))
  return create(NodeProtoSchema, { opType, name, input: [...input], output: [...output], attribute })
}
