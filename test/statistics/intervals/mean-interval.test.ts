import { expect, test } from 'vitest'
import { meanInterval } from '../../../src/statistics/intervals/mean-interval.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

test("Student's interval: t of 0.975 with 2 degrees of freedom is 4.3027 (tables of the t distribution)", () => {
  const { lower, upper } = meanInterval([1, 2, 3])
  const half = 4.3027 / Math.sqrt(3)
  expect(lower).toBeCloseTo(2 - half, 3)
  expect(upper).toBeCloseTo(2 + half, 3)
})

test('two values have no interval', () => {
  expect(meanInterval([1, 2])).toEqual({ lower: -Infinity, upper: Infinity })
})

test('values that are all the same have no interval', () => {
  expect(meanInterval([0.1, 0.1, 0.1, 0.1])).toEqual({ lower: -Infinity, upper: Infinity })
})

test('holds the mean as often as it says', () => {
  const next = seededRandom(7)
  // The sum of twelve uniform numbers less 6 is normal as far as this test can tell.
  const normal = () => Array.from({ length: 12 }, next).reduce((sum, each) => sum + each, -6)
  const runs = 4000
  let held = 0
  for (let i = 0; i < runs; i++) {
    const { lower, upper } = meanInterval(Array.from({ length: 6 }, normal))
    if (lower <= 0 && upper >= 0) held++
  }
  expect(held / runs).toBeGreaterThan(0.94)
  expect(held / runs).toBeLessThan(0.96)
})

test('a value that is not finite is refused', () => {
  expect(() => meanInterval([1, Number.NaN, 2])).toThrow(RangeError)
})
