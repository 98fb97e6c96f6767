import type { Range } from '../quantize/ranges.ts'
import type { Histogram, InitialRange } from './histogram.ts'

/** What values are quantized to: unsigned bytes with a zero point, or signed bytes around zero. */
export type Grid = 'uint8' | 'int8'

/** A way to choose the range of a tensor from the histogram of its values. */
export interface CalibrationMethod {
  readonly name: string
  /** One sentence for docs/reference.md: which range it chooses. */
  readonly summary: string
  /** How the histogram must have been started. */
  readonly initialRange: InitialRange
  /** Whether one process runs all samples, with the threads that ONNX Runtime takes by itself: then ranges are exact. */
  readonly alone?: true
  /**
   * The range to quantize. It contains 0, which every grid represents exactly; on the `int8` grid it is symmetric.
   * A tensor without values other than zero has the range [0, 0].
   */
  range(histogram: Histogram, grid: Grid): Range
}

/** The range [-threshold, threshold], or what of it the values reach where the grid has a zero point. */
export function symmetricRange(threshold: number, { min, max }: Histogram, grid: Grid): Range {
  // 0 - threshold: -threshold would be -0 for an all-zero tensor.
  if (grid === 'int8') return { min: 0 - threshold, max: threshold }
  return { min: Math.max(Math.min(min, 0), -threshold), max: Math.min(Math.max(max, 0), threshold) }
}
