/** Positive levels of an INT8 grid: 2 to the power of 7. */
const levels = 128

/** Share of the mass that an empty bin of Q counts as, where P has outliers in it. */
const emptyShare = 1e-12

/** Differences below this are rounding, not divergence: the first of such thresholds wins. */
const tie = 1e-12

/** Distance of the thresholds that are tried first. */
const coarseStep = 32

/**
 * The number of bins i of a histogram of |x| to keep: the one for which the kept part P, with all outliers added to its
 * last bin, and its version Q in 128 levels have the smallest Kullback-Leibler divergence. The threshold is
 * (i + 0.5) times the width of a bin.
 *
 * Method: S. Migacz, "8-bit Inference with TensorRT", GTC 2017. The details are those of TensorRT 10.6, found by
 * comparing thresholds with its calibration caches: bin 0 counts as much as bin 1, all i from 128 to the number of bins
 * are tried, bin j belongs to level floor(128 j / i), Q is made without the outliers and each level's mass is spread
 * over its bins that are not empty, the first minimum wins. An i that keeps a single bin is none where there are
 * outliers: P and Q would be equal however many these are, as in images of a few greys.
 *
 * @param counts values per bin; the last bin that is not empty must lie in the upper half
 */
export function klThreshold(counts: Float64Array): number {
  const sums = prefixSums(counts)
  // A few thresholds first: most of the others turn out worse than the best of them after a few levels.
  let bound = Infinity
  for (let i = counts.length; i >= levels; i -= coarseStep)
    bound = Math.min(bound, klDivergence(sums, i, bound))
  let best = counts.length
  let smallest = Infinity
  for (let i = levels; i <= counts.length; i++) {
    const divergence = klDivergence(sums, i, Math.min(bound, smallest) + 2 * tie)
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
 * KL(P || Q) of the first i bins, or Infinity if it exceeds a limit. Q is constant within a level, so the sum over its
 * bins is a difference of prefix sums: 128 logarithms for each i instead of i, and fewer where the limit is met early,
 * since no level makes the sum smaller.
 */
function klDivergence({ mass, massLog, filled }: PrefixSums, i: number, limit: number): number {
  const total = mass.at(-1)!
  const kept = mass[i]!
  if (kept === 0 || (filled[i] === 1 && kept < total)) return Infinity
  // P sums to `total`, Q to `kept`.
  const offset = Math.log(total / kept)
  const largest = (limit + offset) * total
  let sum = ofOutliers({ mass, massLog, filled }, i)
  let first = 0
  for (let level = 0; level < levels; level++) {
    // Bins j with floor(128 j / i) = level.
    const end = ((level + 1) * i + levels - 1) >> 7
    const inLevel = mass[end]! - mass[first]!
    if (inLevel > 0) {
      const ofQ = inLevel / (filled[end]! - filled[first]!)
      sum += massLog[end]! - massLog[first]! - inLevel * Math.log(ofQ)
      if (sum > largest) return Infinity
    }
    first = end
  }
  return sum / total - offset
}

/** What the outliers, which P has in its last bin and Q does not, add to the sum of P ln(P / Q). */
function ofOutliers({ mass, filled }: PrefixSums, i: number): number {
  const kept = mass[i]!
  const outliers = mass.at(-1)! - kept
  if (outliers === 0) return 0
  const lastBin = kept - mass[i - 1]!
  const first = Math.ceil(((levels - 1) * i) / levels)
  const lastOfQ = lastBin > 0 ? (kept - mass[first]!) / (filled[i]! - filled[first]!) : emptyShare * kept
  return xLogX(lastBin + outliers) - xLogX(lastBin) - outliers * Math.log(lastOfQ)
}

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0
}
