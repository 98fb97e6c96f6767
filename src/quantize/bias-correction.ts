import { intAttribute } from '../onnx/attributes.ts'
import { floatData, tensorShape } from '../onnx/tensor.ts'
import type { WeightedNode } from './weighted-node.ts'
import { forEachElement, type QuantizedWeights } from './weights.ts'

/** By name of a weighted node, the mean of its input over samples and positions: one value per input channel. */
export type InputMeans = ReadonlyMap<string, Float32Array>

/**
 * What rounding the weights adds to the mean of each output channel: the sum over input channels of (rounded - exact
 * weight) x mean input. Rounding errors of weights are the same for every sample, so they do not average out; taken off
 * the bias they are gone (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019).
 *
 * Undefined for ConvTranspose and products of more than two axes, whose channels lie otherwise.
 *
 * @param means - one value per input channel
 */
export function meanWeightError(
  { node, weight }: WeightedNode,
  { data, scales }: QuantizedWeights,
  axis: number | undefined,
  means: Float32Array,
): Float32Array | undefined {
  const shape = tensorShape(weight)
  const exact = floatData(weight)
  const conv = node.opType === 'Conv'
  if (!conv && (node.opType === 'ConvTranspose' || shape.length !== 2)) return undefined
  const outputAxis = conv || intAttribute(node, 'transB', 0) === 1 ? 0 : 1
  const outputs = shape[outputAxis]!
  const perGroup = shape[1 - outputAxis]!
  const groups = conv ? intAttribute(node, 'group', 1) : 1
  if (means.length !== perGroup * groups) return undefined
  const errors = new Float64Array(outputs)
  const taps = shape.slice(2).reduce((product, size) => product * size, 1)
  forEachElement(exact, shape, axis, (value, channel, i) => {
    const [first, second] = [Math.floor(i / taps / shape[1]!), Math.floor(i / taps) % shape[1]!]
    const [output, input] = outputAxis === 0 ? [first, second] : [second, first]
    const group = Math.floor((output * groups) / outputs)
    const scale = scales[scales.length === 1 ? 0 : channel]!
    errors[output]! += (data[i]! * scale - value) * means[group * perGroup + input]!
  })
  return Float32Array.from(errors)
}
