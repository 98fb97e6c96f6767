import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newcombeInterval } from '../../../src/statistics/intervals/newcombe-interval.ts'
import { tangoInterval } from '../../../src/statistics/intervals/tango-score.ts'
import { counts, pairedCounts, swapped, type Table } from './paired-counts.ts'

describe('newcombeInterval', () => {
  test.each<[string, Table, [number, number], number]>([
    ['Newcombe 1998, method 10', [20, 12, 2, 16], [0.0562, 0.3292], 4],
    ['Fagerland et al. 2014, bronchial hyperreactivity', [1, 1, 7, 12], [-0.507, -0.026], 3],
    ['Tang et al. 2010', [8, 3, 1, 2], [-0.1574, 0.4136], 4],
    ['Cavo et al. 2012, complete response', [59, 6, 16, 80], [-0.1186, -0.0046], 4],
    ['the R package ratesci, two samples', [1, 0, 0, 1], [-0.5734, 0.5734], 4],
  ])('is that of %s', (_, table, [lower, upper], decimals) => {
    const interval = newcombeInterval(counts(...table))
    expect(interval.lower).toBeCloseTo(lower, decimals)
    expect(interval.upper).toBeCloseTo(upper, decimals)
  })

  test('holds the observed gap, inside [-1, 1]', () => {
    fc.assert(
      fc.property(pairedCounts, table => {
        const total = table.bothRight + table.onlyFirst + table.onlySecond + table.bothWrong
        const gap = (table.onlyFirst - table.onlySecond) / total
        const { lower, upper } = newcombeInterval(table)
        expect(lower).toBeGreaterThanOrEqual(-1 - 1e-12)
        expect(lower).toBeLessThanOrEqual(gap + 1e-12)
        expect(upper).toBeGreaterThanOrEqual(gap - 1e-12)
        expect(upper).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })

  test('is mirrored where the variants are swapped', () => {
    fc.assert(
      fc.property(pairedCounts, table => {
        const { lower, upper } = newcombeInterval(table)
        const mirror = newcombeInterval(swapped(table))
        expect(mirror.lower).toBeCloseTo(-upper, 10)
        expect(mirror.upper).toBeCloseTo(-lower, 10)
      }),
    )
  })

  test('is close to the interval of Tango on a thousand samples', () => {
    const table = counts(930, 12, 8, 50)
    expect(newcombeInterval(table).lower).toBeCloseTo(tangoInterval(table).lower, 3)
    expect(newcombeInterval(table).upper).toBeCloseTo(tangoInterval(table).upper, 3)
  })

  test.each([
    ['no', counts(0, 0, 0, 0)],
    ['negative', counts(2, -1, 0, 0)],
    ['fractional', counts(2, 0.5, 0, 0)],
  ])('refuses %s counts', (_, table) => {
    expect(() => newcombeInterval(table)).toThrow(RangeError)
  })
})
