import type { Range } from '../../quantize/ranges.ts'
import { binCount, type Histogram } from '../histogram.ts'
import { type CalibrationMethod, type Grid, symmetricRange } from '../method.ts'

/**
 * Keeps the central 99.99 % of the values: half of the rest is cut off at each end; on the `int8` grid the largest
 * magnitudes are.
 */
export const percentile: CalibrationMethod = {
  name: 'percentile',
  summary: 'The central 99.99% of the values; the rarest are cut off.',
  initialRange: 'power-of-two',
  range: (histogram, grid) => percentileRange(histogram, grid, 99.99),
}

function percentileRange(histogram: Histogram, grid: Grid, percent: number): Range {
  const { negative, positive, width, count } = histogram
  const cut = count * (1 - percent / 100)
  if (grid === 'int8') {
    const magnitudes = positive.map((n, bin) => n + negative[bin]!)
    const threshold = outerEdge(magnitudes, width, cut)
    const largest = Math.max(-histogram.min, histogram.max, 0)
    return symmetricRange(Math.min(threshold, largest), histogram, grid)
  }
  return {
    min: Math.max(0 - outerEdge(negative, width, cut / 2), Math.min(histogram.min, 0)),
    max: Math.min(outerEdge(positive, width, cut / 2), Math.max(histogram.max, 0)),
  }
}

/** The outer edge of the outermost bin such that at most `cut` values lie beyond it; 0 if all bins may be cut off. */
function outerEdge(bins: Float64Array, width: number, cut: number): number {
  let beyond = 0
  for (let bin = binCount - 1; bin >= 0; bin--) {
    beyond += bins[bin]!
    if (beyond > cut) return (bin + 1) * width
  }
  return 0
}
