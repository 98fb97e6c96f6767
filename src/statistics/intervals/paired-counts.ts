import { checkCount } from '../check.ts'

/** Two classifiers on the same samples: which of them were right. Gap = (onlyFirst - onlySecond) / total. */
export interface PairedCounts {
  readonly bothRight: number
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly bothWrong: number
}

/**
 * Number of samples.
 *
 * @throws RangeError if a count is not a whole number, or all are 0.
 */
export function totalOf({ bothRight, onlyFirst, onlySecond, bothWrong }: PairedCounts): number {
  for (const count of [bothRight, onlyFirst, onlySecond, bothWrong]) checkCount(count, 'a paired count')
  const total = bothRight + onlyFirst + onlySecond + bothWrong
  checkCount(total, 'the number of samples', 1)
  return total
}
