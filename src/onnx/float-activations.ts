import type { GraphIndex } from './graph.ts'
import { TensorProto_DataType as DataType } from './onnx_pb.ts'
import { elementTypes } from './types/element-types.ts'

/**
 * Names of the 32-bit float tensors that depend on the model's inputs: the tensors that calibration observes and
 * that activations can be quantized at. Graph inputs first, then in graph order.
 */
export function floatActivations(index: GraphIndex): string[] {
  const types = elementTypes(index)
  const inputs = index.inputs.map(({ name }) => name)
  const computed = index.graph.node.flatMap(({ output }) => output.filter(name => name))
  return [...inputs, ...computed].filter(
    name => types.get(name) === DataType.FLOAT && !index.constants.has(name),
  )
}
