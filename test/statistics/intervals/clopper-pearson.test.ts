import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clopperPearson } from '../../../src/statistics/intervals/clopper-pearson.ts'

describe('clopperPearson', () => {
  test.each([
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('of %i / %i is the exact one of Newcombe 1998', (successes, total, lower, upper) => {
    const interval = clopperPearson(successes, total)
    expect(interval.lower).toBeCloseTo(lower, 4)
    expect(interval.upper).toBeCloseTo(upper, 4)
  })

  test('has the beta quantile of SciPy, beta.ppf(0.05, 3, 298), as lower bound of 3 / 300', () => {
    expect(clopperPearson(3, 300, 0.9).lower).toBeCloseTo(0.0027310302182070373, 14)
  })

  // One-sided at 99%: the fewest queries of which t may be over the latency bound.
  test.each([
    [0, 0.99, 459],
    [1, 0.9, 64],
    [1, 0.99, 662],
  ])('needs as many queries for %i over at p = %d as MLPerf LoadGen: %i', (over, p, queries) => {
    expect(clopperPearson(over, queries, 0.98).upper).toBeLessThanOrEqual(1 - p)
    expect(clopperPearson(over, queries - 1, 0.98).upper).toBeGreaterThan(1 - p)
  })

  test('covers every proportion at least as often as it says', () => {
    const proportion = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), proportion, (total, truth) => {
        let covered = 0
        for (let successes = 0; successes <= total; successes++) {
          const { lower, upper } = clopperPearson(successes, total)
          if (lower <= truth && truth <= upper) {
            covered += binomialCdf(successes, total, truth) - binomialCdf(successes - 1, total, truth)
          }
        }
        expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9)
      }),
    )
  })

  test('takes fractions, and grows with them', () => {
    const bounds = [0, 0.5, 1, 1.5, 2].map(successes => clopperPearson(successes, 20.5).upper)
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b))
    expect(new Set(bounds).size).toBe(5)
  })

  test.each([
    [0, 0],
    [3, 2],
    [-1, 2],
    [1, Number.POSITIVE_INFINITY],
    [Number.NaN, 2],
  ])('refuses %d of %d', (successes, total) => {
    expect(() => clopperPearson(successes, total)).toThrow(
      new RangeError(`${successes} successes in ${total} samples`),
    )
  })

  test.each([0, 1, -0.5])('refuses a confidence of %d', confidence => {
    expect(() => clopperPearson(1, 2, confidence)).toThrow(RangeError)
  })
})
