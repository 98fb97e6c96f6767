import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wilsonInterval } from '../../../src/statistics/intervals/wilson-interval.ts'

describe('wilsonInterval', () => {
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])(
    'of %i / %i is that of SciPy, binomtest(...).proportion_ci(method="wilson")',
    (successes, total, lower, upper) => {
      const interval = wilsonInterval(successes, total)
      expect(interval.lower).toBeCloseTo(lower, 4)
      expect(interval.upper).toBeCloseTo(upper, 4)
    },
  )

  test('holds the observed proportion, inside [0, 1], and is mirrored for failures', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (successes, failures) => {
        fc.pre(successes + failures > 0)
        const total = successes + failures
        const { lower, upper } = wilsonInterval(successes, total)
        expect(lower).toBeGreaterThanOrEqual(0)
        expect(lower).toBeLessThanOrEqual(successes / total)
        expect(upper).toBeGreaterThanOrEqual(successes / total)
        expect(upper).toBeLessThanOrEqual(1)
        expect(wilsonInterval(failures, total).lower).toBeCloseTo(1 - upper, 12)
      }),
    )
  })

  test.each([
    [0, 0],
    [3, 2],
    [-1, 2],
    [0.5, 2],
    [1, Number.POSITIVE_INFINITY],
    [Number.NaN, 2],
  ])('refuses %d of %d', (successes, total) => {
    expect(() => wilsonInterval(successes, total)).toThrow(RangeError)
  })

  test.each([0, 1, 95])('refuses a confidence of %d', confidence => {
    expect(() => wilsonInterval(1, 2, confidence)).toThrow(RangeError)
  })
})
