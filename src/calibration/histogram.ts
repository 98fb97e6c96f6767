import { binCount, type Clamp, smallestWidth, tally } from './tally.ts'

export { binCount, type Clamp }

/**
 * A streaming histogram of a tensor's values, in constant memory.
 *
 * Bin i of a side counts the values with `i * width <= |x| < (i + 1) * width`, as division in 32 bits tells. Zeros are
 * counted apart, so that a bin never mixes them with small values.
 */
export interface Histogram {
  /** Exact extremes of the finite values; +Infinity and -Infinity if there are none. */
  min: number
  max: number
  /** Finite values, zeros included. */
  count: number
  zeros: number
  /** Rows, which the last axis makes, by the exponent of their largest magnitude; absent if nobody asks. */
  rows?: Float64Array
  /** Infinite values: counted here and nowhere else. */
  infinite: number
  /** Values that are not a number, likewise. */
  nan: number
  /** The first sample with such a value, where the caller says which it is. */
  nanIn?: string
  /** Width of a bin on either side, a 32-bit float; 0 until a value other than zero has come. */
  width: number
  readonly negative: Float64Array
  readonly positive: Float64Array
}

/**
 * How the first value other than zero sets the range.
 *
 * - `power-of-two`: the next power of two above it. The histogram then depends neither on the order of the values nor
 *   on how they were cut into batches, since every range that it can have is a power of two.
 * - `first-maximum`: the largest |x| of the first batch, exactly; a value equal to the range falls into the last bin.
 *   TensorRT's rule; the first sample matters.
 */
export type InitialRange = 'power-of-two' | 'first-maximum'

export function createHistogram(): Histogram {
  return {
    min: Infinity,
    max: -Infinity,
    count: 0,
    zeros: 0,
    infinite: 0,
    nan: 0,
    width: 0,
    negative: new Float64Array(binCount),
    positive: new Float64Array(binCount),
  }
}

/**
 * Adds values to a histogram. Where they exceed its range, the range doubles until they fit: each pair of neighbouring
 * bins becomes one, which loses no count and puts every value where the wider histogram would have put it.
 *
 * @param clamp applied to the values first: what a Relu or Clip makes of them
 */
export function addToHistogram(
  histogram: Histogram,
  values: Float32Array,
  initialRange: InitialRange,
  clamp?: Clamp,
): void {
  // Any width does for the extremes; only those are used while the histogram has none.
  let found = tally(values, histogram.width || 1, clamp)
  if (found.notFinite) {
    addToHistogram(histogram, countNotFinite(histogram, values, clamp), initialRange)
    return
  }
  const min = Math.min(histogram.min, found.min)
  const max = Math.max(histogram.max, found.max)
  const largest = values.length === 0 ? 0 : Math.max(-min, max)
  if (largest > 0) {
    const { width } = histogram
    fit(histogram, largest, initialRange)
    if (histogram.width !== width) found = tally(values, histogram.width, clamp)
  }
  histogram.min = min
  histogram.max = max
  histogram.count += values.length
  histogram.zeros += found.zeros
  found.addTo(histogram.positive, histogram.negative)
}

/** Counts the values that no bin can hold, and gives the others, clamped. */
function countNotFinite(
  histogram: Histogram,
  values: Float32Array,
  { min, max }: Clamp = { min: -Infinity, max: Infinity },
): Float32Array {
  // Math.min and Math.max pass NaN on.
  const clamped = values.map(value => Math.min(Math.max(value, min), max))
  const finite = clamped.filter(Number.isFinite)
  const nan = clamped.filter(Number.isNaN).length
  histogram.nan += nan
  histogram.infinite += values.length - finite.length - nan
  return finite
}

/** Makes the range hold a magnitude: sets the first one, and doubles it for as long as it is too small. */
function fit(histogram: Histogram, largest: number, initialRange: InitialRange): void {
  const powerOfTwo = initialRange === 'power-of-two'
  histogram.width ||= Math.max((powerOfTwo ? powerOfTwoAbove(largest) : largest) / binCount, smallestWidth)
  // A value on the edge between two bins belongs to the upper one, in whatever order the values come.
  const exceeds = (range: number) => (powerOfTwo ? largest >= range : largest > range)
  while (exceeds(binCount * histogram.width)) double(histogram)
}

/**
 * Adds the counts of another histogram. As if its values had been added one by one, if the widths are a power of two
 * apart: where both began as a power of two, or with the same width.
 */
export function mergeHistograms(into: Histogram, from: Histogram): void {
  into.width ||= from.width
  const added = { ...from, negative: from.negative.slice(), positive: from.positive.slice() }
  while (added.width !== 0 && added.width < into.width) double(added)
  while (into.width < added.width) double(into)
  for (const side of ['negative', 'positive'] as const) {
    const bins = into[side]
    for (const [bin, count] of added[side].entries()) bins[bin]! += count
  }
  into.min = Math.min(into.min, added.min)
  into.max = Math.max(into.max, added.max)
  into.count += added.count
  into.zeros += added.zeros
  into.infinite += added.infinite
  into.nan += added.nan
  if (added.rows) into.rows = added.rows.map((count, exponent) => count + (into.rows?.[exponent] ?? 0))
  if (added.nanIn !== undefined) into.nanIn ??= added.nanIn
}

/** max |x| of the finite values, 0 if there are none. */
export function largestMagnitude({ count, min, max }: Histogram): number {
  return count === 0 ? 0 : Math.max(-min, max)
}

function double(histogram: Histogram): void {
  for (const bins of [histogram.negative, histogram.positive]) {
    for (let i = 0; i < binCount / 2; i++) bins[i] = bins[2 * i]! + bins[2 * i + 1]!
    bins.fill(0, binCount / 2)
  }
  histogram.width *= 2
}

/** The smallest power of two above x > 0; exact where the logarithm is rounded. */
function powerOfTwoAbove(x: number): number {
  let power = 2 ** Math.floor(Math.log2(x))
  while (power <= x) power *= 2
  while (power / 2 > x) power /= 2
  return power
}
