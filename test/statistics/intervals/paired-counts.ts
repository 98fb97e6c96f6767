import * as fc from 'fast-check'
import type { PairedCounts } from '../../../src/statistics/intervals/paired-counts.ts'

/** A table as papers print it, (a, b, c, d): both right, only the first, only the second, none. */
export type Table = [number, number, number, number]

export function counts(...[a, b, c, d]: Table): PairedCounts {
  return { bothRight: a, onlyFirst: b, onlySecond: c, bothWrong: d }
}

/** The same samples with the classifiers in the other order. */
export function swapped({ bothRight, onlyFirst, onlySecond, bothWrong }: PairedCounts): PairedCounts {
  return { bothRight, onlyFirst: onlySecond, onlySecond: onlyFirst, bothWrong }
}

const count = fc.oneof(fc.nat(5), fc.nat(5000))

/** Tables of at least one sample. */
export const pairedCounts = fc
  .tuple(count, count, count, count)
  .filter(table => table.some(cell => cell > 0))
  .map(table => counts(...table))
