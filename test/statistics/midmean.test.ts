import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupedQuantile } from '../../src/statistics/grouped-quantile.ts'
import { midmean } from '../../src/statistics/midmean.ts'

test('the middle half counts', () => {
  expect(midmean([1, 2, 3, 4, 5, 6, 7, 100])).toBe(4.5)
  expect(midmean([7])).toBe(7)
  expect(midmean([1, 2, 6])).toBe(3)
})

test('half a unit more, it lies within the quartiles of times that a clock has cut down, whatever else there is', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 50 }), times => {
      const middle = midmean(times) + 0.5
      expect(middle).toBeGreaterThanOrEqual(groupedQuantile(times, 0.25) - 1)
      expect(middle).toBeLessThanOrEqual(groupedQuantile(times, 0.75) + 1)
    }),
  )
})

test('there must be values', () => {
  expect(() => midmean([])).toThrow(RangeError)
})
