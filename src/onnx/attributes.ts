import { create } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from './onnx_pb.ts'

/** The attribute of this name, undefined if the node does not set it. */
export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find(a => a.name === name)
}

export function intAttribute(node: NodeProto, name: string, otherwise: number): number {
  const found = attribute(node, name)
  return found ? Number(found.i) : otherwise
}

export function floatAttribute(node: NodeProto, name: string, otherwise: number): number {
  return attribute(node, name)?.f ?? otherwise
}

export function stringAttribute(node: NodeProto, name: string, otherwise: string): string {
  const found = attribute(node, name)
  return found ? new TextDecoder().decode(found.s) : otherwise
}

/** The graphs that a control-flow node (If, Loop, Scan) runs. */
export function subgraphs(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs))
}

/** Values that attributes can be made from: bigint for an integer, number for a float. */
export type AttributeValue = bigint | number | string | readonly bigint[] | TensorProto

/** A new attribute with the type that the value implies. */
export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'bigint')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: value })
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
  if (typeof value === 'string') {
    const s = new TextEncoder().encode(value)
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s })
  }
  if ('$typeName' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: value })
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: [...value] })
}
