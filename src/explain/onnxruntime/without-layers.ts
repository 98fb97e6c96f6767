import { create } from '@bufbuild/protobuf'
import { copyModel } from '../../onnx/copy-model.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ValueInfoProtoSchema,
} from '../../onnx/onnx_pb.ts'
import { makeTensor } from '../../onnx/tensor.ts'
import { uniqueTensorNames } from '../../onnx/unique-names.ts'

/** A model that takes the same inputs and has no layers at all: its outputs are constants, one number each. */
export function withoutLayers(model: ModelProto): ModelProto {
  const empty = copyModel(model)
  const graph = empty.graph!
  const constants = new Set(graph.initializer.map(({ name }) => name))
  // Before IR version 4 constants were listed among the inputs.
  graph.input = graph.input.filter(({ name }) => !constants.has(name))
  // An input that is an output, too, cannot be a constant of that name.
  const inputs = new Set(graph.input.map(({ name }) => name))
  const unique = uniqueTensorNames(graph)
  const names = graph.output.map(({ name }) => (inputs.has(name) ? unique(name) : name))
  graph.node = []
  graph.sparseInitializer = []
  graph.quantizationAnnotation = []
  graph.valueInfo = []
  graph.initializer = names.map(name => makeTensor(name, [1], Float32Array.of(0)))
  const type = { value: { case: 'tensorType', value: { elemType: DataType.FLOAT } } } as const
  graph.output = names.map(name => create(ValueInfoProtoSchema, { name, type }))
  return empty
}
