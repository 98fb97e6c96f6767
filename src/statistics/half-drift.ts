import { median } from 'simple-statistics'
import { checkCount, checkFinite } from './check.ts'

/**
 * How far the centre of a series moved: median of its second half less median of its first.
 *
 * For an absolute clause drift is part of the answer. Where the halves of a run differ by more than the clause
 * tolerates, the machine was warming up or throttling, and the verdict is inconclusive.
 *
 * @param values In the order in which they were measured, at least 2; a middle one belongs to the second half.
 * @throws RangeError where there are fewer than 2 values, or one is not finite.
 * @example halfDrift([1, 1, 1, 3, 3, 3]) // 2
 */
export function halfDrift(values: readonly number[]): number {
  checkCount(values.length, 'number of values', 2)
  checkFinite(values, 'drift')
  const middle = values.length >> 1
  return median(values.slice(middle)) - median(values.slice(0, middle))
}
