import { create } from '@bufbuild/protobuf'
import { copyModel } from '../../src/onnx/copy-model.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.ts'
import { makeTensor } from '../../src/onnx/tensor.ts'

/** Nodes of an optimized model alone. What they make is thrown away, and the output is a constant: nothing is handed over. */
export function cutModel(
  optimized: ModelProto,
  nodes: readonly NodeProto[],
  inputs: readonly ValueInfoProto[],
): ModelProto {
  const cut = copyModel(optimized)
  const graph = cut.graph!
  const used = new Set(nodes.flatMap(({ input }) => input))
  const type = { value: { case: 'tensorType', value: { elemType: DataType.FLOAT } } } as const
  graph.node = [...nodes]
  graph.valueInfo = []
  graph.input = [...inputs]
  graph.initializer = [
    ...graph.initializer.filter(({ name }) => used.has(name)),
    makeTensor('nothing', [1], Float32Array.of(0)),
  ]
  graph.output = [create(ValueInfoProtoSchema, { name: 'nothing', type })]
  return cut
}
