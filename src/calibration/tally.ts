/** Bins on each side of zero: what TensorRT's calibrators use. */
export const binCount = 2048

/** What one pass over a batch of values found. */
export interface Tally {
  /** Extremes; +Infinity and -Infinity where there are no values. */
  readonly min: number
  readonly max: number
  readonly zeros: number
  /** Whether a value is NaN or infinite: then nothing else here counts. */
  readonly notFinite: boolean
  /** Adds the counts to bins, zeros not included. Only until the next tally. */
  addTo(positive: Float64Array, negative: Float64Array): void
}

/** Bits of the smallest infinite value, and all bits but the sign. */
const infinity = 0x7f800000
const magnitudeBits = 0x7fffffff

/** Room for one table: bins of both sides, and 64 more so that the two tables do not lie a multiple of 4 KiB apart. */
const stride = 2 * binCount + 64
const counts = new Uint32Array(2 * stride)

/**
 * Counts values into bins of |x| and finds their extremes. Values beyond the last bin are counted in it.
 *
 * Calibration spends its time here. Each value is read once, and no branch depends on its sign, because such a branch
 * goes wrong every second time: extremes are compared as bit patterns, in the order of the floats that they stand for.
 * Two tables take turns, because an increment waits for the one before it where both are of the same bin, as the zeros
 * behind a ReLU are. Constants are written out in the loop, which takes a quarter of its time: Node.js 20 looks those of
 * a module up for every value.
 *
 * @param width of a bin, not 0
 */
export function tally(values: Float32Array, width: number): Tally {
  const table = counts
  table.fill(0)
  const patterns = new Int32Array(values.buffer, values.byteOffset, values.length)
  let lowest = magnitudeBits
  let highest = ~magnitudeBits
  let zeros = 0
  for (let i = 0; i < values.length; i++) {
    const pattern = patterns[i]!
    const ordered = pattern ^ ((pattern >> 31) & 0x7fffffff)
    if (ordered < lowest) lowest = ordered
    if (ordered > highest) highest = ordered
    // All ones for 0 and -0, which is counted as 0.
    const isZero = ((pattern & 0x7fffffff) - 1) >> 31
    zeros -= isZero
    const negative = ((pattern & ~isZero) >>> 20) & 2048
    // A division, not a product with 1 / width: its rounding would put values on an edge into the bin below.
    const bin = (Math.abs(values[i]!) / width) | 0
    table[(i & 1) * 4160 + (negative | (bin < 2048 ? bin : 2047))]!++
  }
  return {
    min: values.length === 0 ? Infinity : floatInPlace(lowest),
    max: values.length === 0 ? -Infinity : floatInPlace(highest),
    zeros,
    notFinite: values.length > 0 && (highest >= infinity || lowest <= ~infinity),
    addTo: (positive, negative) => {
      for (let bin = 0; bin < binCount; bin++) {
        positive[bin]! += counts[bin]! + counts[stride + bin]!
        negative[bin]! += counts[binCount + bin]! + counts[stride + binCount + bin]!
      }
      positive[0]! -= zeros
    },
  }
}

/** The float at a place in the order of all floats. */
function floatInPlace(place: number): number {
  return new Float32Array(Int32Array.of(place ^ ((place >> 31) & magnitudeBits)).buffer)[0]!
}
