import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleSkewness, sampleStandardDeviation } from 'simple-statistics'
import { checkFinite, checkProbability } from '../check.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import type { Interval } from './interval.ts'

/** Below this many values neither their spread nor their correlation is known well enough for an interval. */
const leastValues = 6

/**
 * Student's interval for the mean of a correlated series, with the effective number of values in place of the number.
 *
 * It is for the absolute speed of one variant, `implicit fps >= 200`: values are the logs of the median latency of
 * blocks. There is no second variant to cancel the state of the machine, so unlike the sign-flip test this is
 * approximate; compare the halves of the series (`halfDrift`) before trusting it. One look only: it is no anytime interval.
 *
 * Where values are skewed, the end on the side of their tail is moved outwards by the first term of the Edgeworth expansion of
 * the studentized mean, gamma (2 t^2 + 1) / (6 sqrt(n)) standard errors (Hall, The Bootstrap and Edgeworth Expansion, 1992,
 * section 2.6).
 *
 * @param values In the order in which they were measured.
 * @returns Infinite bounds where there are fewer than 6 values, they are worth one independent value or less, or all are the
 *   same: a coarse timer is no certainty.
 * @throws RangeError if a value is not finite.
 * @example correlatedMeanInterval([1, 2, 1, 2, 1, 2, 1, 2]) // { lower: 1.0531, upper: 1.9469 }
 */
export function correlatedMeanInterval(values: readonly number[], confidence = 0.95): Interval {
  checkFinite(values, 'interval of a mean')
  checkProbability(confidence, 'confidence')
  const worth = values.length < leastValues ? 0 : effectiveSampleSize(values)
  if (worth <= 1 || values.every(value => value === values[0])) return { lower: -Infinity, upper: Infinity }
  const centre = mean([...values])
  const error = sampleStandardDeviation([...values]) / Math.sqrt(worth)
  const t = tQuantile((1 + confidence) / 2, worth - 1)
  const half = t * error
  // Of bursts that make the mean few are seen: the end on their side is further away than the other.
  const further = error * ((sampleSkewness([...values]) * (2 * t ** 2 + 1)) / (6 * Math.sqrt(worth)))
  return { lower: centre - half + Math.min(0, further), upper: centre + half + Math.max(0, further) }
}
