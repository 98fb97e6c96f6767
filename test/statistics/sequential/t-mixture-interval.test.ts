import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import {
  tMixtureBayesFactor,
  tMixtureCritical,
  tMixtureInterval,
} from '../../../src/statistics/sequential/t-mixture-interval.ts'
import { mostRejections, normal } from '../simulate.ts'

describe('tMixtureBayesFactor', () => {
  // The closed form of Gonen et al. 2005; the values are numeric integrals of the noncentral t density over the prior.
  test.each([
    [2, 20, 1, 1.3344773248],
    [3.5, 8, 1, 9.3658177238],
    [1, 5, 0.5, 0.7858378664],
  ])('of t = %d with %i values and g = %d is the integral over the prior', (t, n, g, factor) => {
    expect(tMixtureBayesFactor(t, n, g)).toBeCloseTo(factor, 9)
  })
})

describe('tMixtureCritical', () => {
  test.each([
    [5, 8.4532],
    [6, 5.4498],
    [8, 4.2509],
    [10, 3.8698],
    [20, 3.4248],
    [40, 3.3246],
    [60, 3.3216],
  ])('with %i values is %d', (n, t) => {
    expect(tMixtureCritical(n, 0.05)).toBeCloseTo(t, 4)
  })

  test('is the t at which the Bayes factor is 1 / alpha', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 300 }), fc.constantFrom(0.1, 0.05, 0.01), (n, alpha) => {
        const t = tMixtureCritical(n, alpha)
        if (t < Number.POSITIVE_INFINITY) expect(alpha * tMixtureBayesFactor(t, n)).toBeCloseTo(1, 8)
      }),
    )
  })

  test('is infinite where no t is enough', () => {
    expect(tMixtureCritical(2, 0.05)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('tMixtureInterval', () => {
  test('is mean +- critical t times standard error', () => {
    const { lower, upper } = tMixtureInterval([0.01, 0.02, 0.015, 0.012, 0.018, 0.011])
    expect(lower).toBeCloseTo(0.00536, 5)
    expect(upper).toBeCloseTo(0.02331, 5)
  })

  test('shifts and scales with the values', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.double({ min: -2, max: 2, noNaN: true }), (some, shift) => {
        const { lower, upper } = tMixtureInterval(some)
        const moved = tMixtureInterval(some.map(value => 3 * value + shift))
        expect(moved.lower).toBeCloseTo(3 * lower + shift, 8)
        expect(moved.upper).toBeCloseTo(3 * upper + shift, 8)
      }),
    )
  })

  test('is infinite with few values, even where they are equal', () => {
    expect(tMixtureInterval([1, 1])).toEqual({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    })
  })

  test('believes no less spread than it is told', () => {
    const values = Array.from({ length: 10 }, () => 1)
    expect(tMixtureInterval(values)).toEqual({ lower: 1, upper: 1 })
    const half = (tMixtureCritical(10, 1 - 0.95) * 0.001) / Math.sqrt(10)
    expect(tMixtureInterval(values, { leastSpread: 0.001 }).upper).toBeCloseTo(1 + half, 12)
  })

  // Looked at after every value; Student's interval misses the mean in 37% of such runs.
  test('misses the mean of normal values in few runs, however often it is looked at', () => {
    const random = seededRandom(7)
    const runs = 300
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const values = [normal(random)]
      let outside = false
      while (values.length < 60 && !outside) {
        values.push(normal(random))
        const { lower, upper } = tMixtureInterval(values)
        outside = lower > 0 || upper < 0
      }
      if (outside) missed++
    }
    expect(missed).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test('one value says nothing', () => {
    expect(tMixtureInterval([1])).toEqual({ lower: -Infinity, upper: Infinity })
  })

  test.each([
    ['no value', [], {}],
    ['NaN', [1, Number.NaN], {}],
    ['a confidence of 1', [1, 2], { confidence: 1 }],
    ['a prior without variance', [1, 2], { priorVariance: 0 }],
    ['a negative spread', [1, 2], { leastSpread: -1 }],
    ['a spread of NaN', [1, 2], { leastSpread: Number.NaN }],
  ])('refuses %s', (_, values, options) => {
    expect(() => tMixtureInterval(values, options)).toThrow(RangeError)
  })
})
