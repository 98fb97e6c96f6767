import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import { checkProbability } from '../check.ts'
import type { Interval } from './interval.ts'

/**
 * The exact interval of a proportion (Clopper and Pearson, Biometrika 26, 1934): it covers the truth at least as often
 * as it says, whatever the truth. Counts may be fractions, as they are after division by a design effect.
 *
 * @param successes Of `total` samples, 0 <= successes <= total.
 * @throws RangeError if the counts are out of range.
 * @example clopperPearson(1, 29) // { lower: 0.0009, upper: 0.1776 }
 */
export function clopperPearson(successes: number, total: number, confidence = 0.95): Interval {
  if (!(total > 0 && successes >= 0 && successes <= total && total < Infinity)) {
    throw new RangeError(`${successes} successes in ${total} samples`)
  }
  checkProbability(confidence, 'confidence')
  const tail = (1 - confidence) / 2
  const failures = total - successes
  return {
    lower: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    upper: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  }
}
