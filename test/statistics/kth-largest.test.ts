import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { kthLargest } from '../../src/statistics/kth-largest.ts'

test('is the value at that place of the sorted values', () => {
  // Few different numbers, so that there are ties.
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(values, fc.nat(49), (some, place) => {
      fc.pre(place < some.length)
      const sorted = some.toSorted((a, b) => b - a)
      expect(kthLargest(Float64Array.from(some), place + 1)).toBe(sorted[place])
    }),
  )
})

test('counts values that are out of the question as the smallest', () => {
  expect(kthLargest(Float64Array.of(1, -Infinity, 2, -Infinity), 2)).toBe(1)
  expect(kthLargest(Float64Array.of(1, -Infinity, 2, -Infinity), 3)).toBe(-Infinity)
})

test.each([0, 3, Number.NaN])('refuses place %d of 2', k => {
  expect(() => kthLargest(Float64Array.of(1, 2), k)).toThrow(RangeError)
})
