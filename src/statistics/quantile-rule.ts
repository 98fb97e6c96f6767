import { clopperPearson } from './clopper-pearson.ts'
import { exceedances } from './exceedances.ts'
import type { Interval } from './interval.ts'
import { sampleQuantile } from './sample-quantile.ts'

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
  /** Bursts that the design effect rests on; at least 8 are needed. */
  readonly clusters: number
  readonly designEffect: number
  /** One-sided bounds of the share of inferences above the limit: upheld where upper <= 1 - p. */
  readonly rate: Interval
}

/** Fewer bursts than this say too little about how long bursts are. */
const leastClusters = 8

/**
 * Decides "the p-quantile is at most `limit`", e.g. p99 latency <= 12 ms, from all inferences of a run.
 *
 * The clause says that at most a share 1 - p lies above the limit; so the share's exact binomial bounds decide, after
 * both counts are divided by the design effect: bursts make the plain binomial rule wrong in 30-50% of runs at a nominal
 * 5%. The design effect and the bursts are taken at the limit and at the sample quantile, the larger ones count: far above
 * the quantile there are too few exceedances to tell how bursts look, far below it they are all one. Fewer than 8 bursts are inconclusive, but for a
 * limit that nothing exceeds: 299 samples uphold a p99 then, times the design effect.
 *
 * @param samples In the order in which they were measured.
 * @throws RangeError where there are no samples or one is not finite.
 * @example quantileRule(Array(298).fill(1), { p: 0.99, limit: 2 }).verdict // inconclusive
 * @example quantileRule(Array(299).fill(1), { p: 0.99, limit: 2 }).verdict // upheld
 */
export function quantileRule(samples: readonly number[], options: QuantileRuleOptions): QuantileRuleResult {
  const { p, limit, alphaUpheld = 0.05, alphaViolated = 0.01 } = options
  if (Number.isNaN(limit)) throw new RangeError('the limit of a quantile is not a number')
  const atLimit = exceedances(samples, limit)
  const atQuantile = exceedances(samples, sampleQuantile(samples, p))
  // Far below the quantile exceedances are one long burst: there those of the quantile show how bursts look.
  const clusters = Math.max(atLimit.clusters, atQuantile.clusters)
  const designEffect = Math.max(atLimit.designEffect, atQuantile.designEffect)
  const count = atLimit.count / designEffect
  const total = samples.length / designEffect
  const rate = {
    lower: clopperPearson(count, total, 1 - 2 * alphaViolated).lower,
    upper: clopperPearson(count, total, 1 - 2 * alphaUpheld).upper,
  }
  const speaks = atLimit.count === 0 || clusters >= leastClusters
  const verdict = !speaks
    ? 'inconclusive'
    : rate.upper <= 1 - p
      ? 'upheld'
      : rate.lower >= 1 - p
        ? 'violated'
        : 'inconclusive'
  return { verdict, exceedances: atLimit.count, clusters, designEffect, rate }
}
