import { describe, expect, test } from 'vitest'
import { correlatedMeanInterval } from '../../../src/statistics/intervals/correlated-mean-interval.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { mostRejections, normal } from '../simulate.ts'

const unknown = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }

describe('correlatedMeanInterval', () => {
  test("is Student's where neighbours do not agree", () => {
    // 1.5 +- t.ppf(0.975, 7) sqrt(2/7) / sqrt(8)
    const { lower, upper } = correlatedMeanInterval([1, 2, 1, 2, 1, 2, 1, 2])
    const half = (2.364624251592784 * Math.sqrt(2 / 7)) / Math.sqrt(8)
    expect(lower).toBeCloseTo(1.5 - half, 10)
    expect(upper).toBeCloseTo(1.5 + half, 10)
  })

  test('is infinite if all values are the same', () => {
    expect(correlatedMeanInterval(Array(8).fill(0.1))).toEqual(unknown)
  })

  test('is infinite with fewer than 6 values', () => {
    expect(correlatedMeanInterval([1, 2, 1, 2, 1])).toEqual(unknown)
    expect(correlatedMeanInterval([])).toEqual(unknown)
  })

  test('is infinite where the values are worth less than one', () => {
    expect(correlatedMeanInterval([1, 1, 1, 1, 2, 2, 2, 2])).toEqual(unknown)
  })

  test('misses the mean of a correlated series about as often as it says', () => {
    const random = seededRandom(4)
    const runs = 1000
    let missed = 0
    for (let run = 0; run < runs; run++) {
      let state = normal(random)
      const values = Array.from({ length: 60 }, () => {
        state = 0.5 * state + Math.sqrt(1 - 0.5 ** 2) * normal(random)
        return state
      })
      const { lower, upper } = correlatedMeanInterval(values)
      if (lower > 0 || upper < 0) missed++
    }
    expect(missed).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    // So wide that it says nothing would be no success either.
    expect(missed).toBeGreaterThan(0.02 * runs)
  })

  test.each([
    ['NaN', [1, 2, 1, 2, 1, Number.NaN], 0.95],
    ['a confidence of 1', [1, 2, 1, 2, 1, 2], 1],
  ])('refuses %s', (_, values, confidence) => {
    expect(() => correlatedMeanInterval(values, confidence)).toThrow(RangeError)
  })
})
