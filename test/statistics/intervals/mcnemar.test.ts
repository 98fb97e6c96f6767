import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mcnemar } from '../../../src/statistics/intervals/mcnemar.ts'

describe('mcnemar', () => {
  test('gives the p values of Fagerland et al. 2013 for Cavo et al. 2012', () => {
    const { exact, midP } = mcnemar(6, 16)
    expect(exact).toBeCloseTo(0.052479, 6)
    expect(midP).toBeCloseTo(0.03469, 6)
  })

  test('is 1 without discordant samples', () => {
    expect(mcnemar(0, 0)).toEqual({ exact: 1, midP: 1 })
  })

  test('counts a tie half: 1 - P(5 of 10) / 2', () => {
    expect(mcnemar(5, 5).exact).toBe(1)
    expect(mcnemar(5, 5).midP).toBeCloseTo(1 - 252 / 1024 / 2, 12)
  })

  test('is 2 / 2^n where all n discordant samples agree', () => {
    expect(mcnemar(0, 10).exact).toBeCloseTo(2 / 1024, 12)
    expect(mcnemar(0, 10).midP).toBeCloseTo(1 / 1024, 12)
  })

  test('is symmetric, in (0, 1], and mid-p is the smaller', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (first, second) => {
        const { exact, midP } = mcnemar(first, second)
        expect(mcnemar(second, first)).toEqual({ exact, midP })
        expect(midP).toBeGreaterThan(0)
        expect(midP).toBeLessThanOrEqual(exact)
        expect(exact).toBeLessThanOrEqual(1)
      }),
    )
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a count of %d', count => {
    expect(() => mcnemar(count, 1)).toThrow(RangeError)
    expect(() => mcnemar(1, count)).toThrow(RangeError)
  })
})
