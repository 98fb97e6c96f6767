import type { TensorProto } from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { quantizeBias, scalesThatHoldBias } from '../bias.ts'
import { meanWeightError } from '../bias-correction.ts'
import type { Placement } from '../placement.ts'
import { channelBias, type WeightedNode } from '../weighted-node.ts'
import { quantizeWeights, type WeightLimits, weightScales } from '../weights.ts'
import type { QdqSite } from './insert-qdq.ts'
import { scaleTensor, symmetricTensors } from './qdq-tensors.ts'

export interface WeightQdqOptions {
  /** Scale of the activation that the node reads, if the bias becomes int32: it has its steps. */
  readonly inputScale?: number | undefined
  readonly limits?: WeightLimits | undefined
  readonly stored: Placement['weights']
  /** Mean of the node's input by channel: with it the bias makes up for what rounding the weights adds on average. */
  readonly inputMeans?: Float32Array | undefined
}

/** The pairs at the weights of a node, and at its bias if wanted: symmetric INT8, per channel where there is an axis. */
export function weightQdq(weighted: WeightedNode, options: WeightQdqOptions): QdqSite[] {
  const { node } = weighted
  return keptTensors(weighted, options).map((tensors, i) => ({
    ...tensors,
    tensor: node.input[i + 1]!,
    readers: [{ node, input: i + 1 }],
  }))
}

type QdqTensors = Omit<QdqSite, 'tensor' | 'readers'>

/** What a build makes again and again: dozens of its models differ in a few layers. */
const kept = new WeakMap<TensorProto, { readonly key: string; readonly tensors: readonly QdqTensors[] }>()

function keptTensors(weighted: WeightedNode, options: WeightQdqOptions): readonly QdqTensors[] {
  const { node, weight, axis } = weighted
  const { inputScale, limits, stored, inputMeans } = options
  const ofBias = inputScale !== undefined && [
    inputScale,
    [...(channelBias(weighted) ?? [])],
    [...(inputMeans ?? [])],
  ]
  const key = JSON.stringify([node.opType, axis, [...(limits ?? [])], stored, ofBias])
  const found = kept.get(weight)
  if (found?.key === key) return found.tensors
  const tensors = qdqTensors(weighted, options)
  kept.set(weight, { key, tensors })
  return tensors
}

/** Of the weights, and of the bias if wanted. */
function qdqTensors(weighted: WeightedNode, options: WeightQdqOptions): QdqTensors[] {
  const { weight, axis } = weighted
  const { inputScale, inputMeans } = options
  const data = floatData(weight)
  const shape = tensorShape(weight)
  const bias = inputScale === undefined ? undefined : channelBias(weighted)
  const wanted = weightScales(data, shape, axis, options.limits)
  const scales = bias ? scalesThatHoldBias(wanted, inputScale!, bias) : wanted

  const quantizedWeights = quantizeWeights(data, shape, axis, scales)
  const ofWeights: QdqTensors = {
    ...symmetricTensors(scales, axis),
    ...(axis !== undefined && { axis }),
    ...(options.stored === 'int8' && { stored: makeTensor('', shape, quantizedWeights.data) }),
  }
  if (!bias) return [ofWeights]
  const error = inputMeans && meanWeightError(weighted, quantizedWeights, axis, inputMeans)
  const corrected = error ? bias.map((value, channel) => value - error[channel]!) : bias
  const quantized = quantizeBias(corrected, inputScale!, scales)
  const biasAxis = axis === undefined ? undefined : 0
  const ofBias: QdqTensors = {
    scale: scaleTensor(quantized.scales, biasAxis),
    ...(biasAxis !== undefined && { axis: biasAxis }),
    stored: makeTensor('', [bias.length], quantized.data),
  }
  return [ofWeights, ofBias]
}
