import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupedQuantile } from '../../src/statistics/grouped-quantile.ts'

test('values within a unit are spread evenly', () => {
  // Lower edge of the unit plus the share of its values below the quantile (median of grouped data).
  expect(groupedQuantile([2, 3, 3, 3, 4], 0.5)).toBe(3.5)
  expect(groupedQuantile([7], 0.5)).toBe(7.5)
  expect(groupedQuantile([1, 1, 1, 2], 0.5)).toBeCloseTo(1 + 2 / 3, 12)
  expect(groupedQuantile([1, 2], 0.5)).toBe(2)
})

test('quantiles of what a clock cuts down are within a unit of those of the exact values', () => {
  const times = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(times, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (exact, probability) => {
      const sorted = exact.toSorted((a, b) => a - b)
      const truth = sorted[Math.min(Math.floor(probability * sorted.length), sorted.length - 1)]!
      const found = groupedQuantile(exact.map(Math.floor), probability)
      expect(Math.abs(found - truth)).toBeLessThanOrEqual(1)
    }),
  )
})

test('there must be values', () => {
  expect(() => groupedQuantile([], 0.5)).toThrow(RangeError)
})
