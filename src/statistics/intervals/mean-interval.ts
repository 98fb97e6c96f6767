import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { checkFinite, checkProbability } from '../check.ts'
import type { Interval } from './interval.ts'

/** Two values say next to nothing of their spread. */
const leastValues = 3

/**
 * Student's interval for the mean of independent values, e.g. one for each launch of an engine: what launches differ by is in
 * it, and no number of inferences within one makes it narrower.
 *
 * @returns Infinite bounds where there are fewer than 3 values, or all are the same: a coarse timer is no certainty.
 * @throws RangeError if a value is not finite.
 * @example meanInterval([1, 2, 3]) // { lower: -0.4841, upper: 4.4841 }
 */
export function meanInterval(values: readonly number[], confidence = 0.95): Interval {
  checkFinite(values, 'interval of a mean')
  checkProbability(confidence, 'confidence')
  if (values.length < leastValues || values.every(value => value === values[0]))
    return { lower: -Infinity, upper: Infinity }
  const centre = mean([...values])
  const error = sampleStandardDeviation([...values]) / Math.sqrt(values.length)
  const half = tQuantile((1 + confidence) / 2, values.length - 1) * error
  return { lower: centre - half, upper: centre + half }
}
