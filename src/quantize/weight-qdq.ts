import { floatData, makeTensor, tensorShape } from '../onnx/tensor.ts'
import { quantizeBias, scalesThatHoldBias } from './bias.ts'
import type { QdqSite } from './insert-qdq.ts'
import type { Placement } from './placement.ts'
import { scaleTensor, symmetricTensors } from './qdq-tensors.ts'
import { channelBias, type WeightedNode } from './weighted-node.ts'
import { quantizeWeights, type WeightBits, weightScales } from './weights.ts'

export interface WeightQdqOptions {
  /** Scale of the activation that the node reads. */
  readonly inputScale: number
  readonly bits: WeightBits
  readonly stored: Placement['weights']
  /** Whether the bias becomes int32. */
  readonly bias: boolean
}

/** The pairs at the weights of a node, and at its bias if wanted: symmetric INT8, per channel where there is an axis. */
export function weightQdq(weighted: WeightedNode, options: WeightQdqOptions): QdqSite[] {
  const { node, weight, axis } = weighted
  const data = floatData(weight)
  const shape = tensorShape(weight)
  const bias = options.bias ? channelBias(weighted) : undefined
  const wanted = weightScales(data, shape, axis, options.bits)
  const scales = bias ? scalesThatHoldBias(wanted, options.inputScale, bias) : wanted

  const integers = () => makeTensor('', shape, quantizeWeights(data, shape, axis, scales).data)
  const sites: QdqSite[] = [
    {
      tensor: node.input[1]!,
      ...symmetricTensors(scales, axis),
      ...(axis !== undefined && { axis }),
      ...(options.stored === 'int8' && { stored: integers() }),
      readers: [{ node, input: 1 }],
    },
  ]
  if (bias) {
    const quantized = quantizeBias(bias, options.inputScale, scales)
    const biasAxis = axis === undefined ? undefined : 0
    sites.push({
      tensor: node.input[2]!,
      scale: scaleTensor(quantized.scales, biasAxis),
      ...(biasAxis !== undefined && { axis: biasAxis }),
      stored: makeTensor('', [bias.length], quantized.data),
      readers: [{ node, input: 2 }],
    })
  }
  return sites
}
