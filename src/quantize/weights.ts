import { quantize, rangeOf, symmetricScale } from './affine.ts'

/**
 * Largest integers that the weights of a layer may have, by output channel, where 127 is too large: kernels that add pairs of
 * U8 x S8 products in 16 bits overflow. With 64, which is 7 bits, they never do.
 */
export type WeightLimits = ReadonlyMap<number, number>

/** Weights in symmetric INT8: value = scale * integer, one scale per channel along an axis, or one for all. */
export interface QuantizedWeights {
  readonly data: Int8Array
  readonly scales: Float32Array
}

/** Of symmetric weights with 8 bits. */
const largestInteger = 127

/**
 * Largest integers along the channel axis of weights. Channels of output and weights differ in number where there is one
 * scale for all, and with a grouped ConvTranspose.
 *
 * @param size channels of the weights; 1 for one scale for all
 */
export function largestIntegers(size: number, limits: WeightLimits = new Map()): Uint8Array {
  const largest = new Uint8Array(size).fill(largestInteger)
  for (const [channel, limit] of limits) {
    largest[channel % size] = Math.min(largest[channel % size]!, limit)
  }
  return largest
}

/**
 * Scales of symmetric weights.
 *
 * A channel of zeros may have any scale. It gets the largest of the others rather than 1, because the bias is stored
 * in steps of (input scale * weight scale) and would lose its digits.
 *
 * @param axis channel axis; undefined for one scale for the whole tensor
 */
export function weightScales(
  data: Float32Array,
  shape: readonly number[],
  axis: number | undefined,
  limits?: WeightLimits,
): Float32Array {
  const largest = largestIntegers(axis === undefined ? 1 : shape[axis]!, limits)
  if (axis === undefined) return Float32Array.of(symmetricScale(rangeOf(data), largest[0]!))
  const magnitudes = new Float32Array(shape[axis]!)
  forEachElement(data, shape, axis, (value, channel) => {
    const magnitude = Math.abs(value)
    if (magnitude > magnitudes[channel]!) magnitudes[channel] = magnitude
  })
  const scales = magnitudes.map((max, channel) => symmetricScale({ min: -max, max }, largest[channel]!))
  const others = scales.filter((_, channel) => magnitudes[channel] !== 0)
  return scales.map((scale, channel) => (magnitudes[channel] === 0 ? maximum(others, 1) : scale))
}

/** Weights on the grid that the scales give: one scale, or one per channel along `axis`. */
export function quantizeWeights(
  data: Float32Array,
  shape: readonly number[],
  axis: number | undefined,
  scales: Float32Array,
): QuantizedWeights {
  const integers = new Int8Array(data.length)
  forEachElement(data, shape, axis, (value, channel, i) => {
    integers[i] = quantize(value, { type: 'int8', scale: scales[channel]!, zeroPoint: 0 })
  })
  return { data: integers, scales }
}

/** Visits all elements in row-major order with their index along `axis` (0 if there is no axis). */
export function forEachElement(
  data: ArrayLike<number>,
  shape: readonly number[],
  axis: number | undefined,
  visit: (value: number, channel: number, position: number) => void,
): void {
  const channels = axis === undefined ? 1 : shape[axis]!
  const inner = axis === undefined ? data.length : shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  for (let i = 0; i < data.length; i++) visit(data[i]!, Math.floor(i / inner) % channels, i)
}

function maximum(values: Float32Array, otherwise: number): number {
  return values.length === 0 ? otherwise : values.reduce((a, b) => Math.max(a, b))
}
