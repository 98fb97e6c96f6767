import type { Range } from '../../quantize/ranges.ts'
import { type Histogram, largestMagnitude } from '../histogram.ts'
import { type CalibrationMethod, type Grid, symmetricRange } from '../method.ts'
import { squaredError } from './squared-error.ts'

/**
 * The range with the smallest mean squared error on the grid that the tensor is quantized to.
 *
 * Starts from the extremes and moves either end, or both, by a factor for as long as the error falls; coarse factors
 * first. The error is a sum of what the step and what the clipped tails contribute, and both are convex in the ends, so
 * the descent meets no valleys but the ripples of single levels, which the coarse factors step over.
 */
export const mse: CalibrationMethod = {
  name: 'mse',
  summary: 'The smallest mean squared error on the INT8 grid that is used.',
  initialRange: 'power-of-two',
  range: (histogram, grid) => descend(histogram, grid),
}

const coarseToFine = [0.5, 0.8, 0.95, 0.99]

function descend(histogram: Histogram, grid: Grid): Range {
  const full = symmetricRange(largestMagnitude(histogram), histogram, grid)
  let best = { range: full, error: squaredError(histogram, full, grid) }
  if (histogram.width === 0) return full
  for (const factor of coarseToFine) {
    for (;;) {
      const nearest = neighbours(best.range, full, factor, grid)
        .map(range => ({ range, error: squaredError(histogram, range, grid) }))
        .reduce((a, b) => (b.error < a.error ? b : a))
      if (nearest.error >= best.error) break
      best = nearest
    }
  }
  return best.range
}

/** Ranges with one or both ends moved inwards or outwards, but never beyond the values. */
function neighbours(range: Range, full: Range, factor: number, grid: Grid): Range[] {
  const moves = [factor, 1 / factor]
  const pairs =
    grid === 'int8'
      ? moves.map(move => [move, move] as const)
      : [...moves, 1].flatMap(low => [...moves, 1].map(high => [low, high] as const))
  return pairs.map(([low, high]) => ({
    min: Math.max(range.min * low, full.min),
    max: Math.min(range.max * high, full.max),
  }))
}
