import { mean } from 'simple-statistics'
import { checkCount } from './check.ts'

/**
 * The interquartile mean: the mean of the middle half of some values. As robust as a quartile against values that do not
 * belong, and it resolves values that a clock has cut down to whole units, as a mean does and a median does not.
 *
 * @throws RangeError where there are no values.
 * @example midmean([1, 2, 3, 4, 5, 6, 7, 100]) // 4.5
 */
export function midmean(values: readonly number[]): number {
  checkCount(values.length, 'number of values', 1)
  const sorted = values.toSorted((a, b) => a - b)
  const outside = Math.floor(sorted.length / 4)
  return mean(sorted.slice(outside, sorted.length - outside))
}
