import { checkCount, checkProbability } from './check.ts'

/**
 * A quantile of values that a clock has cut down to whole units: a value of 3 lies anywhere in [3, 4). Values within a
 * unit are taken to be spread evenly (the quantile of grouped data), which resolves a fraction of the unit.
 *
 * @throws RangeError if there are no values, or `probability` is not between 0 and 1.
 * @example groupedQuantile([2, 3, 3, 3, 4], 0.5) // 3.5
 */
export function groupedQuantile(values: readonly number[], probability: number): number {
  checkCount(values.length, 'number of values', 1)
  checkProbability(probability, 'probability')
  const sorted = values.toSorted((a, b) => a - b)
  const rank = probability * sorted.length
  const unit = sorted[Math.min(Math.floor(rank), sorted.length - 1)]!
  const below = sorted.indexOf(unit)
  const within = sorted.lastIndexOf(unit) + 1 - below
  return unit + (rank - below) / within
}
