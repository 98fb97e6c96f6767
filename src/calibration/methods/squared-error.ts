import type { Range } from '../../quantize/ranges.ts'
import { binCount, type Histogram } from '../histogram.ts'
import type { Grid } from '../method.ts'

/**
 * Sum of squared errors that quantizing a tensor to a range makes: rounding to the levels of the grid, and clipping to
 * its lowest and highest level. The values of a bin are taken to be spread evenly over it; zeros have no error.
 */
export function squaredError(histogram: Histogram, range: Range, grid: Grid): number {
  const { step, lowest, highest } = levelsOf(range, grid)
  if (step === 0) return 0
  const { negative, positive, width, min, max } = histogram
  return (
    sideError(positive, width, Math.max(max, 0), step, highest) +
    sideError(negative, width, Math.max(-min, 0), step, -lowest)
  )
}

/** Distance of the grid's levels, and its outermost ones: QuantizeLinear with a range's scale and zero point. */
function levelsOf({ min, max }: Range, grid: Grid): { step: number; lowest: number; highest: number } {
  if (grid === 'int8') {
    const step = max / 127
    return { step, lowest: -128 * step, highest: max }
  }
  const step = (max - min) / 255
  const zeroPoint = Math.round(-min / step)
  return { step, lowest: -zeroPoint * step, highest: (255 - zeroPoint) * step }
}

/** Error of the values on one side of zero, which reach up to `largest` in magnitude and are clipped at `clip`. */
function sideError(bins: Float64Array, width: number, largest: number, step: number, clip: number): number {
  let sum = 0
  for (let bin = 0; bin < binCount; bin++) {
    const count = bins[bin]!
    if (count === 0) continue
    const from = bin * width
    // No value of the outermost bin lies beyond the largest one.
    const to = Math.min(from + width, largest)
    sum +=
      to > from
        ? (count * (errorIntegral(to, step, clip) - errorIntegral(from, step, clip))) / (to - from)
        : count * errorAt(to, step, clip)
  }
  return sum
}

/** Integral of the squared error from 0 to x >= 0: step^3 / 12 for each level passed, and the part of the last one. */
function errorIntegral(x: number, step: number, clip: number): number {
  const level = Math.round(Math.min(x, clip) / step)
  const rest = x - level * step
  return (level * step ** 3) / 12 + rest ** 3 / 3
}

function errorAt(x: number, step: number, clip: number): number {
  return (x - Math.round(Math.min(x, clip) / step) * step) ** 2
}
