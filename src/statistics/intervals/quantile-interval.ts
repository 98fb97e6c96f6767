import { checkProbability } from '../check.ts'
import { sampleQuantile } from '../sample-quantile.ts'
import { exceedances } from './exceedances.ts'
import type { Interval } from './interval.ts'
import { quantileRank } from './quantile-rank.ts'

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
  const lower = quantileRank(effective, p, tail)
  const fromTop = quantileRank(effective, 1 - p, tail)
  const sorted = Float64Array.from(samples).sort()
  const scaled = (rank: number) => Math.floor((rank * (n + 1)) / (effective + 1))
  return {
    value,
    lower: sorted[scaled(lower) - 1] ?? -Infinity,
    upper: sorted[n - scaled(fromTop)] ?? Infinity,
  }
}
