import { create } from '@bufbuild/protobuf'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  ValueInfoProtoSchema,
} from '../../../src/onnx/onnx_pb.ts'
import { buildModel, randomTensor } from './model-builder.ts'

/** Rows of the embedding table, and how long they are. */
export const tableSize = [256, 32] as const

/** Tokens of a sample. */
export const tokens = 8

interface EmbeddingParts {
  readonly table?: TensorProto
  /** Further ones. */
  readonly nodes?: readonly NodeProto[]
  readonly outputs?: readonly string[]
  readonly initializers?: readonly TensorProto[]
}

/** ids [batch, 8] of int64 -> Gather (rows) -> MatMul (layer) -> h, and what is added. */
export function embeddingModel({
  table = randomTensor('table', tableSize),
  nodes = [],
  outputs = [],
  initializers = [],
}: EmbeddingParts = {}): ModelProto {
  const [, length] = tableSize
  const model = buildModel({
    inputs: { ids: ['batch', tokens] },
    outputs: ['y', ...outputs],
    nodes: [
      makeNode('Gather', 'rows', ['table', 'ids'], ['rows.out']),
      makeNode('MatMul', 'layer', ['rows.out', 'w'], ['y']),
      makeNode('ReduceMean', 'mean', ['y'], ['h'], { axes: [1n], keepdims: 0n }),
      ...nodes,
    ],
    initializers: [table, randomTensor('w', [length, length]), ...initializers],
  })
  const [ids] = model.graph!.input
  model.graph!.input = [
    create(ValueInfoProtoSchema, {
      name: 'ids',
      type: {
        value: {
          case: 'tensorType',
          value: { ...(ids!.type!.value.value as object), elemType: DataType.INT64 },
        },
      },
    }),
  ]
  return model
}
