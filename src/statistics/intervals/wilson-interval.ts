import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { checkCount, checkProbability } from '../check.ts'
import type { Interval } from './interval.ts'

/**
 * The score interval of a proportion, e.g. of an accuracy: the proportions that a z test does not reject. Near 0 and 1
 * it stays inside [0, 1] and keeps about its coverage, which the usual p +- z s does not (Wilson, JASA 22, 1927).
 *
 * @param successes Of `total` samples.
 * @throws RangeError if the counts are no whole numbers, or there are more successes than samples.
 * @example wilsonInterval(15, 148) // { lower: 0.0624, upper: 0.1605 }
 */
export function wilsonInterval(successes: number, total: number, confidence = 0.95): Interval {
  checkCount(total, 'the number of samples', 1)
  checkCount(successes, 'the number of successes')
  if (successes > total) throw new RangeError(`${successes} successes in ${total} samples`)
  checkProbability(confidence, 'confidence')
  const z = normalQuantile((1 + confidence) / 2, 0, 1)
  const p = successes / total
  const shrink = 1 + z ** 2 / total
  const centre = (p + z ** 2 / (2 * total)) / shrink
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / total + z ** 2 / (4 * total ** 2))
  return {
    lower: successes === 0 ? 0 : centre - half,
    upper: successes === total ? 1 : centre + half,
  }
}
