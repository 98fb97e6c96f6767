/** Positive levels of an INT8 grid. */
const levels = 128

/** Share of the mass that an empty bin of Q counts as, where P has outliers in it. */
const emptyShare = 1e-12

/** Differences below this are rounding, not divergence: the first of such thresholds wins. */
const tie = 1e-12

/**
 * The number of bins i of a histogram of |x| to keep: the one for which the kept part P, with all outliers added to its
 * last bin, and its version Q in 128 levels have the smallest Kullback-Leibler divergence. The threshold is
 * (i + 0.5) times the width of a bin.
 *
 * Method: S. Migacz, "8-bit Inference with TensorRT", GTC 2017. The details are those of TensorRT 10.6, found by
 * comparing thresholds with its calibration caches: bin 0 counts as much as bin 1, all i from 128 to the number of bins
 * are tried, bin j belongs to level floor(128 j / i), Q is made without the outliers and each level's mass is spread
 * over its bins that are not empty, the first minimum wins.
 *
 * @param counts values per bin; the last bin that is not empty must lie in the upper half
 */
export function klThreshold(counts: Float64Array): number {
  const sums = prefixSums(counts)
  let best = counts.length
  let smallest = Infinity
  for (let i = levels; i <= counts.length; i++) {
    const divergence = klDivergence(sums, i)
    if (divergence < smallest - tie) {
      smallest = divergence
      best = i
    }
  }
  return best
}

/** Sums over the bins before j: of the counts h, of h ln h, and of the bins that are not empty. */
interface PrefixSums {
  readonly mass: Float64Array
  readonly massLog: Float64Array
  readonly filled: Float64Array
}

function prefixSums(counts: Float64Array): PrefixSums {
  const mass = new Float64Array(counts.length + 1)
  const massLog = new Float64Array(counts.length + 1)
  const filled = new Float64Array(counts.length + 1)
  for (let j = 0; j < counts.length; j++) {
    const h = counts[j === 0 ? 1 : j]!
    mass[j + 1] = mass[j]! + h
    massLog[j + 1] = massLog[j]! + xLogX(h)
    filled[j + 1] = filled[j]! + (h > 0 ? 1 : 0)
  }
  return { mass, massLog, filled }
}

/**
 * KL(P || Q) of the first i bins. Q is constant within a level, so the sum over its bins is a difference of prefix sums:
 * 128 logarithms for each i instead of i.
 */
function klDivergence({ mass, massLog, filled }: PrefixSums, i: number): number {
  const total = mass.at(-1)!
  const kept = mass[i]!
  if (kept === 0) return Infinity
  const outliers = total - kept
  let crossEntropy = 0
  let first = 0
  let lastLevelOfQ = 0
  for (let level = 0; level < levels; level++) {
    // Bins j with floor(128 j / i) = level.
    const end = Math.ceil(((level + 1) * i) / levels)
    const inLevel = mass[end]! - mass[first]!
    if (inLevel > 0) {
      lastLevelOfQ = inLevel / (filled[end]! - filled[first]!)
      crossEntropy -= inLevel * Math.log(lastLevelOfQ)
    }
    first = end
  }
  const lastBin = kept - mass[i - 1]!
  const lastOfQ = lastBin > 0 ? lastLevelOfQ : emptyShare * kept
  if (outliers > 0) crossEntropy -= outliers * Math.log(lastOfQ)
  const pLogP = massLog[i - 1]! + xLogX(lastBin + outliers)
  // P sums to `total`, Q to `kept`.
  return (pLogP + crossEntropy) / total - Math.log(total / kept)
}

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0
}
