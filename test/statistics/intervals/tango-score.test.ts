import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tangoInterval, tangoScore } from '../../../src/statistics/intervals/tango-score.ts'
import { counts, pairedCounts, swapped, type Table } from './paired-counts.ts'

describe('tangoInterval', () => {
  // Source, table, confidence, bounds, published decimals.
  test.each<[string, Table, number, [number, number], number]>([
    ['Tango 1998, table VII', [4, 9, 3, 16], 0.95, [-0.027, 0.39], 3],
    ['Tango 1998, table V', [43, 0, 1, 0], 0.9, [-0.096, 0.037], 3],
    ['Tang et al. 2010', [8, 3, 1, 2], 0.95, [-0.167, 0.4327], 4],
    ['Fagerland et al. 2014, bronchial hyperreactivity', [1, 1, 7, 12], 0.95, [-0.517, -0.026], 3],
    ['Cavo et al. 2012, complete response', [59, 6, 16, 80], 0.95, [-0.124, -0.0054], 4],
  ])('is that of %s', (_, table, confidence, [lower, upper], decimals) => {
    const interval = tangoInterval(counts(...table), confidence)
    // Some of them were published rounded up.
    const tolerance = 0.51 * 10 ** -decimals
    expect(Math.abs(interval.lower - lower)).toBeLessThan(tolerance)
    expect(Math.abs(interval.upper - upper)).toBeLessThan(tolerance)
  })

  test('has bounds at which the score is the normal quantile', () => {
    fc.assert(
      fc.property(pairedCounts, table => {
        const { lower, upper } = tangoInterval(table)
        if (lower > -0.999) expect(tangoScore(table, lower)).toBeCloseTo(1.959964, 4)
        if (upper < 0.999) expect(tangoScore(table, upper)).toBeCloseTo(-1.959964, 4)
      }),
    )
  })

  test('holds the observed gap, inside [-1, 1]', () => {
    fc.assert(
      fc.property(pairedCounts, table => {
        const total = table.bothRight + table.onlyFirst + table.onlySecond + table.bothWrong
        const gap = (table.onlyFirst - table.onlySecond) / total
        const { lower, upper } = tangoInterval(table)
        expect(lower).toBeGreaterThanOrEqual(-1)
        expect(lower).toBeLessThanOrEqual(gap + 1e-9)
        expect(upper).toBeGreaterThanOrEqual(gap - 1e-9)
        expect(upper).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('is mirrored where the variants are swapped', () => {
    fc.assert(
      fc.property(pairedCounts, table => {
        const { lower, upper } = tangoInterval(table)
        const mirror = tangoInterval(swapped(table))
        expect(mirror.lower).toBeCloseTo(-upper, 8)
        expect(mirror.upper).toBeCloseTo(-lower, 8)
      }),
    )
  })

  test('reaches 1 where the first is right and the second wrong on every sample', () => {
    expect(tangoInterval(counts(0, 5, 0, 0)).upper).toBe(1)
    expect(tangoInterval(counts(0, 0, 5, 0)).lower).toBe(-1)
  })

  test('is not of zero width where the variants agree on every sample', () => {
    const { lower, upper } = tangoInterval(counts(1000, 0, 0, 0))
    // z^2 / (n + z^2), which the score gives in closed form there.
    const z2 = 1.959963984540054 ** 2
    expect(upper).toBeCloseTo(z2 / (1000 + z2), 8)
    expect(lower).toBeCloseTo(-z2 / (1000 + z2), 8)
  })
})

describe('tangoScore', () => {
  test('is the statistic of McNemar at a gap of 0', () => {
    expect(tangoScore(counts(59, 6, 16, 80), 0)).toBeCloseTo((6 - 16) / Math.sqrt(6 + 16), 10)
  })

  test('falls as the gap under test grows', () => {
    const gap = fc.integer({ min: -99, max: 99 }).map(percent => percent / 100)
    fc.assert(
      fc.property(pairedCounts, gap, gap, (table, one, other) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)]
        expect(tangoScore(table, large)).toBeLessThanOrEqual(tangoScore(table, small) + 1e-6)
      }),
    )
  })

  test('is 0 where nothing speaks for a gap', () => {
    expect(tangoScore(counts(10, 0, 0, 0), 0)).toBe(0)
  })

  test.each([-1, 1, 2, Number.NaN])('refuses a gap of %d', gap => {
    expect(() => tangoScore(counts(1, 1, 1, 1), gap)).toThrow(
      new RangeError(`the gap is ${gap}, not between -1 and 1`),
    )
  })

  test.each([
    ['negative', counts(1, -1, 1, 1)],
    ['fractional', counts(1, 0.5, 1, 1)],
    ['no', counts(0, 0, 0, 0)],
    ['NaN', counts(Number.NaN, 1, 1, 1)],
  ])('refuses %s counts', (_, table) => {
    expect(() => tangoScore(table, 0)).toThrow(RangeError)
    expect(() => tangoInterval(table)).toThrow(RangeError)
  })

  test.each([0, 1, 95, Number.NaN])('refuses a confidence of %d', confidence => {
    expect(() => tangoInterval(counts(1, 1, 1, 1), confidence)).toThrow(RangeError)
  })
})
