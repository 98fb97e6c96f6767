import { median } from 'simple-statistics'
import { intAttribute } from '../../onnx/attributes.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type GraphProto, type TensorProto } from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorData, tensorShape } from '../../onnx/tensor.ts'
import { roundHalfEven } from '../affine.ts'
import { forEachElement } from '../weights.ts'

/** The smallest normal number of half: below, scales lose digits. */
const smallest = 2 ** -14

/**
 * Channels of INT8 weights whose scale is too small for half, because the network hardly uses them, get the smallest scale
 * that half holds, and their weights the grid of it. Only beside channels whose grid is as coarse anyway: there the rounding
 * of such weights is below that of the others.
 */
export function holdWeightScales(graph: GraphProto): GraphProto {
  const { constants, readers } = indexGraph(graph)
  const replaced = new Map<string, TensorProto>()
  for (const { opType, input, ...node } of graph.node) {
    const [weight, scale] = [constants.get(input[0] ?? ''), constants.get(input[1] ?? '')]
    if (opType !== 'DequantizeLinear' || weight?.dataType !== DataType.INT8 || !scale) continue
    const scales = floatData(scale)
    const isShared = [weight, scale].some(({ name }) => (readers.get(name) ?? []).length > 1)
    if (isShared || !scales.some(each => each < smallest) || median([...scales]) < smallest) continue
    const shape = tensorShape(weight)
    const axis = scales.length === 1 ? undefined : intAttribute({ opType, input, ...node }, 'axis', 1)
    const integers = Int8Array.from(tensorData(weight) as Int8Array)
    forEachElement(integers, shape, axis, (integer, channel, position) => {
      const own = scales[channel]!
      if (own < smallest) integers[position] = roundHalfEven((integer * own) / smallest)
    })
    const held = scales.map(each => Math.max(each, smallest))
    replaced.set(weight.name, makeTensor(weight.name, shape, integers))
    replaced.set(scale.name, makeTensor(scale.name, tensorShape(scale), held))
  }
  return copyMessage(graph, {
    initializer: graph.initializer.map(tensor => replaced.get(tensor.name) ?? tensor),
  })
}
