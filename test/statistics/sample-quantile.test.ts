import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleQuantile } from '../../src/statistics/sample-quantile.ts'

const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
const shares = fc.double({ min: 0.001, max: 0.999, noNaN: true })

describe('sampleQuantile', () => {
  test.each([
    [0.2, 1],
    [0.21, 2],
    [0.5, 3],
    [0.99, 5],
  ])('for p = %d of 1 to 5 is %i', (p, value) => {
    expect(sampleQuantile([5, 1, 4, 2, 3], p)).toBe(value)
  })

  test('is not led astray by rounding: 7% of 100 samples are 7', () => {
    expect(
      sampleQuantile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        0.07,
      ),
    ).toBe(7)
  })

  test('is the smallest sample that a share p does not exceed', () => {
    fc.assert(
      fc.property(samples, shares, (some, p) => {
        const value = sampleQuantile(some, p)
        expect(some).toContain(value)
        expect(some.filter(sample => sample <= value).length).toBeGreaterThanOrEqual(some.length * p - 1e-6)
        expect(some.filter(sample => sample < value).length).toBeLessThan(some.length * p)
      }),
    )
  })

  test.each([
    ['no samples', [], 0.5],
    ['NaN', [1, Number.NaN], 0.5],
    ['p = 0', [1], 0],
    ['p = 1', [1], 1],
  ])('refuses %s', (_, some, p) => {
    expect(() => sampleQuantile(some, p)).toThrow(RangeError)
  })
})
