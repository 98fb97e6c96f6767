import { mean, sampleStandardDeviation } from 'simple-statistics'
import { checkCount, checkFinite, checkProbability } from '../check.ts'
import type { Interval } from '../intervals/interval.ts'

export interface TMixtureOptions {
  /** Coverage over all looks together. */
  readonly confidence?: number
  /** g: variance of the prior on the effect size, in squared standard deviations. */
  readonly priorVariance?: number
  /** Least standard deviation to believe, e.g. timer resolution / latency: a coarse timer can show no spread at all. */
  readonly leastSpread?: number
}

/**
 * An interval for the mean of normal values that stays valid when it is looked at after every value ("anytime").
 *
 * It holds every mean whose Bayes factor against a normal prior on the effect size, N(0, g), is below 1/alpha; by
 * Ville's inequality the truth leaves it ever with probability alpha at most (Wang and Ramdas, 2023, arXiv 2310.03722;
 * the Bayes factor is that of Gonen et al., 2005). The price of the freedom to look: with 60 values it is 1.66 times as
 * wide as Student's. With few values the interval is infinite.
 *
 * @param values Block log ratios, at least 1.
 * @throws RangeError if there are none, one is not finite, or an option is out of range.
 * @example tMixtureInterval([0.01, 0.02, 0.015, 0.012, 0.018, 0.011]) // { lower: 0.00536, upper: 0.02331 }
 */
export function tMixtureInterval(values: readonly number[], options: TMixtureOptions = {}): Interval {
  const { confidence = 0.95, priorVariance = 1, leastSpread = 0 } = options
  checkCount(values.length, 'number of values', 1)
  checkFinite(values, 't-mixture interval')
  checkProbability(confidence, 'confidence')
  if (!(priorVariance > 0))
    throw new RangeError(`the variance of the prior is ${priorVariance}, not positive`)
  if (!(leastSpread >= 0))
    throw new RangeError(`the least spread is ${leastSpread}, not a positive number or 0`)
  const n = values.length
  const centre = mean([...values])
  // A run that goes on with the evidence of earlier ones may end after one block.
  if (n === 1) return { lower: Number.NEGATIVE_INFINITY, upper: Infinity }
  const spread = Math.max(sampleStandardDeviation([...values]), leastSpread)
  const critical = tMixtureCritical(n, 1 - confidence, priorVariance)
  // Written out because a spread of 0 times an infinite critical value must stay infinite.
  const half = critical === Infinity ? Infinity : (critical * spread) / Math.sqrt(n)
  return { lower: centre - half, upper: centre + half }
}

/**
 * The |t| beyond which the Bayes factor of n values exceeds 1/alpha; Infinity if no t does.
 *
 * @example tMixtureCritical(20, 0.05) // 3.4248
 */
export function tMixtureCritical(n: number, alpha: number, priorVariance = 1): number {
  const spread = 1 + n * priorVariance
  const k = (Math.sqrt(spread) / alpha) ** (2 / n)
  return k < spread ? Math.sqrt(((n - 1) * (k - 1)) / (1 - k / spread)) : Infinity
}

/**
 * The Bayes factor for "the mean differs from 0" of the t statistic of n values.
 *
 * @example tMixtureBayesFactor(2, 20) // 1.3344773248
 */
export function tMixtureBayesFactor(t: number, n: number, priorVariance = 1): number {
  const spread = 1 + n * priorVariance
  const df = n - 1
  return spread ** -0.5 * ((1 + t ** 2 / df) / (1 + t ** 2 / (df * spread))) ** (n / 2)
}
