import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alphaSpending } from '../../../src/statistics/sequential/alpha-spending.ts'

describe('alphaSpending', () => {
  test('hands out half of alpha by a 32nd of the horizon', () => {
    const { paths, spent } = alphaSpending({ alpha: 0.01, horizon: 64 })
    expect(paths).toBe(16384)
    expect(spent(2)).toBe(81)
    expect(spent(64)).toBe(163)
  })

  test('never hands out more than alpha, and loses less than 1% of it to rounding', () => {
    const alpha = fc.double({ min: 1e-4, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(alpha, fc.integer({ min: 1, max: 500 }), (some, horizon) => {
        const { paths, bits, spent } = alphaSpending({ alpha: some, horizon })
        expect(paths).toBe(2 ** bits)
        expect(spent(horizon)).toBeLessThanOrEqual(some * paths + 1e-6)
        expect(spent(horizon)).toBeGreaterThan(0.99 * some * paths - 1e-6)
        for (let blocks = 1; blocks <= horizon; blocks++) {
          expect(spent(blocks)).toBeGreaterThanOrEqual(spent(blocks - 1))
        }
      }),
    )
  })

  test.each([
    [0, 60],
    [1, 60],
    [Number.NaN, 60],
    [0.05, 0],
    [0.05, 2.5],
  ])('refuses alpha %d with a horizon of %d', (alpha, horizon) => {
    expect(() => alphaSpending({ alpha, horizon })).toThrow(RangeError)
  })
})
