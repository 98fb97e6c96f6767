import { checkFinite, checkProbability } from '../check.ts'
import { clopperPearson } from './clopper-pearson.ts'
import { type Exceedances, exceedances } from './exceedances.ts'
import type { Interval } from './interval.ts'

export interface QuantileRuleOptions {
  /** The quantile that is limited, 0.99 for p99. */
  readonly p: number
  /** In the unit of the samples. */
  readonly limit: number
  readonly alphaUpheld?: number
  readonly alphaViolated?: number
}

export interface QuantileRuleResult {
  readonly verdict: 'upheld' | 'violated' | 'inconclusive'
  /** Exceedances of the limit. */
  readonly exceedances: number
  /** Bursts at the limit: with fewer than 8 it does not speak for itself. */
  readonly clusters: number
  /** The larger one of the thresholds that decide. */
  readonly designEffect: number
  /** One-sided bounds of the share of inferences above the limit: upheld if upper <= 1 - p, violated if lower is. */
  readonly rate: Interval
}

/** Fewer bursts than this say too little about how long bursts are. */
const leastClusters = 8

/** Shares of the samples that lie below the thresholds that may speak for the limit. */
const tail = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4]
const levels = [...tail, 0.5, ...tail.map(share => 1 - share).reverse()]

/**
 * Decides "the p-quantile is at most `limit`", e.g. p99 latency <= 12 ms, from all inferences of a run.
 *
 * The clause says that at most a share 1 - p lies above the limit; so the share's exact binomial bounds decide, after
 * both counts are divided by the design effect: bursts make the plain binomial rule wrong in 30-50% of runs at a nominal
 * 5%. A limit that hardly anything exceeds, or nearly everything, has too few bursts to tell how long they are; then the
 * nearest quantile of the samples that has 8 speaks for it: if too many lie above a higher threshold, too many lie above
 * the limit, and if few enough lie above a lower one, few enough lie above the limit. A limit that nothing exceeds is
 * upheld by 299 samples at a p99 (one that everything exceeds violated by 1), times the design effect.
 *
 * A state of the machine that lasts longer than the run cannot be seen in the run.
 *
 * @param samples In the order in which they were measured.
 * @throws RangeError if there are no samples or one is not finite.
 * @example quantileRule(Array(298).fill(1), { p: 0.99, limit: 2 }).verdict // inconclusive
 * @example quantileRule(Array(299).fill(1), { p: 0.99, limit: 2 }).verdict // upheld
 */
export function quantileRule(samples: readonly number[], options: QuantileRuleOptions): QuantileRuleResult {
  const { p, limit, alphaUpheld = 0.05, alphaViolated = 0.01 } = options
  checkProbability(p, 'p')
  checkFinite(samples, 'quantile rule')
  if (samples.length === 0) throw new RangeError('no samples, no quantile')
  if (Number.isNaN(limit)) throw new RangeError('the limit of a quantile is not a number')
  const atLimit = exceedances(samples, limit)
  const speaks = ({ clusters }: Exceedances) => clusters >= leastClusters
  const nearest = (thresholds: readonly number[]) => {
    if (speaks(atLimit)) return atLimit
    for (const threshold of thresholds) {
      const there = exceedances(samples, threshold)
      if (speaks(there)) return there
    }
    return undefined
  }
  const sorted = Float64Array.from(samples).sort()
  const thresholds = levels.map(level => sorted[Math.floor(level * samples.length)]!)
  const higher = nearest(thresholds.filter(threshold => threshold > limit))
  const lower = nearest(thresholds.filter(threshold => threshold < limit).reverse())
  const bounds = (count: number, designEffect: number, alpha: number) =>
    clopperPearson(count / designEffect, samples.length / designEffect, 1 - 2 * alpha)
  const all = atLimit.count === samples.length
  const rate = {
    lower: Math.max(
      higher ? bounds(higher.count, higher.designEffect, alphaViolated).lower : 0,
      all ? bounds(atLimit.count, higher?.designEffect ?? 1, alphaViolated).lower : 0,
    ),
    upper: Math.min(
      lower ? bounds(lower.count, lower.designEffect, alphaUpheld).upper : 1,
      atLimit.count === 0 ? bounds(0, lower?.designEffect ?? 1, alphaUpheld).upper : 1,
    ),
  }
  return {
    verdict: rate.upper <= 1 - p ? 'upheld' : rate.lower >= 1 - p ? 'violated' : 'inconclusive',
    exceedances: atLimit.count,
    clusters: atLimit.clusters,
    designEffect: Math.max(higher?.designEffect ?? 1, lower?.designEffect ?? 1),
    rate,
  }
}
