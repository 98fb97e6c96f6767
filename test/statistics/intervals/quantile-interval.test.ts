import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantileInterval } from '../../../src/statistics/intervals/quantile-interval.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { mostRejections } from '../simulate.ts'

describe('quantileInterval', () => {
  test('of the median of 6 samples is their range: 1 - 2 / 2^6 > 95%', () => {
    expect(quantileInterval([3, 1, 5, 2, 6, 4], 0.5)).toEqual({ value: 3, lower: 1, upper: 6 })
  })

  test('of the median of 5 samples has no bounds: 1 - 2 / 2^5 < 95%', () => {
    expect(quantileInterval([3, 1, 5, 2, 4], 0.5)).toEqual({
      value: 3,
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    })
  })

  // SciPy: binom.cdf(5, 20, 0.5) = 2.07%, the most below 2.5%; so rank 6, and 15 by symmetry.
  test('of the median of 20 samples is that of ranks 6 and 15', () => {
    const samples = Array.from({ length: 20 }, (_, index) => ((index * 7) % 20) + 1)
    expect(quantileInterval(samples, 0.5)).toEqual({ value: 10, lower: 6, upper: 15 })
  })

  test('of p99 has an upper bound from 368 samples on: 0.99^368 < 2.5%', () => {
    const samples = Array.from({ length: 368 }, (_, index) => (index * 31) % 368)
    expect(quantileInterval(samples, 0.99).upper).toBe(367)
    expect(quantileInterval(samples.slice(0, 367), 0.99).upper).toBe(Number.POSITIVE_INFINITY)
  })

  test('is wider where slow samples come in bursts', () => {
    // Without a drift of its own.
    const small = (index: number) => ((index * 149) % 400) / 400
    const alternating = Array.from({ length: 400 }, (_, index) => (index % 2) * 100 + small(index))
    const bursts = Array.from(
      { length: 400 },
      (_, index) => (Math.floor(index / 50) % 2) * 100 + small(index),
    )
    const width = ({ lower, upper }: { lower: number; upper: number }) => upper - lower
    expect(width(quantileInterval(bursts, 0.4))).toBeGreaterThan(width(quantileInterval(alternating, 0.4)))
  })

  test('encloses the sample quantile', () => {
    const samples = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(samples, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (some, p) => {
        const { value, lower, upper } = quantileInterval(some, p)
        expect(lower).toBeLessThanOrEqual(value)
        expect(upper).toBeGreaterThanOrEqual(value)
      }),
    )
  })

  test('misses the quantile of independent samples at most as often as it says', () => {
    const random = seededRandom(6)
    const runs = 1000
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const { lower, upper } = quantileInterval(Array.from({ length: 100 }, random), 0.9)
      if (lower > 0.9 || upper < 0.9) missed++
    }
    expect(missed).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test.each([
    ['no samples', [], 0.5, 0.95],
    ['NaN', [Number.NaN], 0.5, 0.95],
    ['p = 1', [1], 1, 0.95],
    ['a confidence of 0', [1], 0.5, 0],
  ])('refuses %s', (_, samples, p, confidence) => {
    expect(() => quantileInterval(samples, p, confidence)).toThrow(RangeError)
  })
})
