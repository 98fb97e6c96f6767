import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { checkProbability } from '../check.ts'
import { sampleQuantile } from '../sample-quantile.ts'
import { exceedances } from './exceedances.ts'
import type { Interval } from './interval.ts'

/**
 * An interval for the p-quantile of latencies, e.g. median or p99, that assumes nothing about their distribution.
 *
 * The number of samples below the true quantile is binomial, so two order statistics enclose it (David and Nagaraja,
 * Order Statistics, section 7.1). Bursts are allowed for: ranks are those of the effective number of samples, n less
 * the design effect at the sample quantile. A bound that the samples are too few for is infinite.
 *
 * @param samples In the order in which they were measured.
 * @returns The sample quantile with its interval.
 * @throws RangeError if there are no samples or one is not finite.
 * @example quantileInterval([3, 1, 5, 2, 6, 4], 0.5) // { value: 3, lower: 1, upper: 6 }
 */
export function quantileInterval(
  samples: readonly number[],
  p: number,
  confidence = 0.95,
): Interval & { readonly value: number } {
  checkProbability(confidence, 'confidence')
  const value = sampleQuantile(samples, p)
  const n = samples.length
  const effective = Math.max(1, Math.floor(n / exceedances(samples, value).designEffect))
  const tail = (1 - confidence) / 2
  // Lower: the largest rank with P(fewer samples than that lie below the quantile) <= tail. Upper: the mirror image.
  const lower = largestRank(rank => binomialCdf(rank - 1, effective, p) <= tail, effective)
  const fromTop = largestRank(rank => binomialCdf(rank - 1, effective, 1 - p) <= tail, effective)
  const sorted = Float64Array.from(samples).sort()
  const scaled = (rank: number) => Math.floor((rank * (n + 1)) / (effective + 1))
  return {
    value,
    lower: sorted[scaled(lower) - 1] ?? -Infinity,
    upper: sorted[n - scaled(fromTop)] ?? Infinity,
  }
}

/** The largest rank of 1 to n that holds, where small ones do and large ones do not; 0 if none does. */
function largestRank(holds: (rank: number) => boolean, n: number): number {
  let [low, high] = [0, n + 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
