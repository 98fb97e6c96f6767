import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  effectiveSampleSize,
  lag1Autocorrelation,
} from '../../../src/statistics/intervals/effective-sample-size.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { normal } from '../simulate.ts'

const series = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 })

describe('effectiveSampleSize', () => {
  test('is small for a series that stays where it is', () => {
    // r = 0.625, corrected 0.98, held at 0.95: 8 * 0.05 / 1.95
    expect(effectiveSampleSize([1, 1, 1, 1, 2, 2, 2, 2])).toBeCloseTo(0.2051, 4)
  })

  test('is the number of values where neighbours disagree', () => {
    expect(effectiveSampleSize([1, 2, 1, 2, 1, 2, 1, 2])).toBe(8)
  })

  test('is positive, and never more than the number of values', () => {
    fc.assert(
      fc.property(series, values => {
        const size = effectiveSampleSize(values)
        expect(size).toBeGreaterThan(0)
        expect(size).toBeLessThanOrEqual(values.length)
      }),
    )
  })

  test('finds a third of n in an autoregressive series with coefficient 1/2', () => {
    const random = seededRandom(2)
    let state = 0
    const values = Array.from({ length: 20_000 }, () => {
      state = state / 2 + normal(random)
      return state
    })
    expect(effectiveSampleSize(values) / values.length).toBeCloseTo(1 / 3, 1)
    expect(lag1Autocorrelation(values)).toBeCloseTo(0.5, 1)
  })

  test.each([[[]], [[1]], [[1, Number.NaN]]])('refuses [%s]', values => {
    expect(() => effectiveSampleSize(values)).toThrow(RangeError)
  })
})

describe('lag1Autocorrelation', () => {
  test('of a step in the middle', () => {
    expect(lag1Autocorrelation([1, 1, 1, 1, 2, 2, 2, 2])).toBe(0.625)
  })

  test('of a constant series is 0', () => {
    expect(lag1Autocorrelation([3, 3, 3])).toBe(0)
  })
})
