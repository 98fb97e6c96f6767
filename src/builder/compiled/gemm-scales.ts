import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { floatData } from '../../onnx/tensor.ts'

/**
 * Scales of the tensors that TensorRT's importer makes where it divides a Gemm into a product and a sum; without them that
 * layer stays float. Constants are on the grid of their largest magnitude, the product on that of the sum, from which it
 * differs by the bias alone. Names and values as in caches that TensorRT 10.6 wrote.
 */
export function gemmScales(
  { graph }: ModelProto,
  scales: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const { constants } = indexGraph(graph!)
  const added = new Map<string, number>()
  for (const { name, opType, input, output } of graph!.node) {
    const [weight, bias] = input.slice(1).map(tensor => constants.get(tensor))
    const sum = scales.get(output[0] ?? '')
    if (opType !== 'Gemm' || !name || !weight || !bias || sum === undefined) continue
    added.set(`${name}_output`, sum)
    added.set(`${input[1]}_output`, scaleOfLargest(floatData(weight)))
    added.set(`${input[2]}_output`, scaleOfLargest(floatData(bias)))
    added.set('ONNXTRT_Broadcast_output', scaleOfLargest(floatData(bias)))
  }
  return added
}

function scaleOfLargest(values: Float32Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return Math.fround((largest || 1) / 127)
}
