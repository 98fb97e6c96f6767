import type { Range } from './ranges.ts'

/** The grid of 8-bit values that an affine quantization uses. Symmetric: the zero point is 0. */
export type IntegerFormat = 'uint8' | 'int8' | 'int8-symmetric'

/** value = scale * (integer - zeroPoint). The scale is exactly representable as a 32-bit float. */
export interface AffineParameters {
  readonly type: 'uint8' | 'int8'
  readonly scale: number
  readonly zeroPoint: number
}

/** Smallest normal 32-bit float. */
export const tiny = 2 ** -126

/** Integers that an element type can hold. */
export const integerLimits = { uint8: [0, 255], int8: [-128, 127] } as const

/**
 * Scale and zero point for a range of real values, as ONNX Runtime's quantizer computes them
 * (`compute_scale_zp` in onnxruntime/python/tools/quantization/quant_utils.py).
 *
 * The range is widened to contain 0, so that zero (padding, ReLU) is exact. A range too narrow for a normal 32-bit
 * scale gives scale 1 and zero point 0.
 */
export function affineParameters(range: Range, format: IntegerFormat): AffineParameters {
  const min = Math.min(range.min, 0)
  const max = Math.max(range.max, 0)
  if (format === 'int8-symmetric') return { type: 'int8', scale: symmetricScale(range, 127), zeroPoint: 0 }
  const [lowest, highest] = integerLimits[format]
  // The difference is rounded to 32 bits there, the quotient is not.
  const scale = Math.fround(max - min) / (highest - lowest)
  if (scale < tiny) return { type: format, scale: 1, zeroPoint: 0 }
  return { type: format, scale: Math.fround(scale), zeroPoint: roundHalfEven(lowest - min / scale) }
}

/**
 * Scale that spreads [-m, m], m the largest magnitude in the range, over [-largest, largest]; 1 if m is too small
 * for a normal 32-bit scale.
 */
export function symmetricScale(range: Range, largest: number): number {
  const magnitude = Math.max(Math.abs(range.min), Math.abs(range.max))
  const scale = magnitude / largest
  return scale < tiny ? 1 : Math.fround(scale)
}

/** One real value as an integer of the grid: divided in 32 bits, rounded half to even, clipped to the type. */
export function quantize(value: number, { type, scale, zeroPoint }: AffineParameters): number {
  const [lowest, highest] = integerLimits[type]
  const rounded = roundHalfEven(Math.fround(value / scale)) + zeroPoint
  return Math.min(Math.max(rounded, lowest), highest)
}

/** The real value that an integer of the grid stands for. */
export function dequantize(integer: number, { scale, zeroPoint }: Omit<AffineParameters, 'type'>): number {
  return Math.fround((integer - zeroPoint) * scale)
}

/** Rounds to the nearest integer, halves to the even one, as QuantizeLinear does. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/** Smallest and largest element; [0, 0] for no elements. */
export function rangeOf(values: Iterable<number>): Range {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : { min: 0, max: 0 }
}
