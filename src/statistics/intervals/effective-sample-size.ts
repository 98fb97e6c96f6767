import { mean } from 'simple-statistics'
import { checkCount, checkFinite } from '../check.ts'

/**
 * How many independent values a series of correlated ones is worth: n (1 - r) / (1 + r), r the lag-1 autocorrelation.
 *
 * A machine that is slow now is slow in a second: neighbouring values agree more than independent ones would, and an
 * interval that counts all of them is too short. The estimate of r is biased towards negative values by (1 + 3 r) / n
 * (Kendall, Biometrika 41, 1954), which is added back; r is held in [0, 0.95].
 *
 * @param values In the order in which they were measured, at least 2.
 * @throws RangeError if there are fewer than 2 values, or one is not finite.
 * @example effectiveSampleSize([1, 1, 1, 1, 2, 2, 2, 2]) // 0.2051
 */
export function effectiveSampleSize(values: readonly number[]): number {
  checkCount(values.length, 'number of values', 2)
  const n = values.length
  const r = lag1Autocorrelation(values)
  const corrected = Math.min(0.95, Math.max(0, r + (1 + 3 * r) / n))
  return (n * (1 - corrected)) / (1 + corrected)
}

/**
 * Correlation of a series with itself one step later; 0 for a constant one.
 *
 * @example lag1Autocorrelation([1, 1, 1, 1, 2, 2, 2, 2]) // 0.625
 */
export function lag1Autocorrelation(values: readonly number[]): number {
  checkFinite(values, 'autocorrelation')
  const centre = mean([...values])
  let products = 0
  let squares = 0
  for (const [index, value] of values.entries()) {
    squares += (value - centre) ** 2
    if (index > 0) products += (value - centre) * (values[index - 1]! - centre)
  }
  return squares === 0 ? 0 : products / squares
}
