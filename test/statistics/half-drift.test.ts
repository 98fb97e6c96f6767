import { describe, expect, test } from 'vitest'
import { halfDrift } from '../../src/statistics/half-drift.ts'

describe('halfDrift', () => {
  test.each([
    [[1, 1, 1, 3, 3, 3], 2],
    [[3, 3, 1, 1], -2],
    [[5, 5], 0],
    // The middle one belongs to the second half.
    [[1, 2, 4], 2],
    // One disturbed value moves no half of five.
    [[1, 1, 1, 1, 1, 1, 1, 90, 1, 1], 0],
  ])('of [%s] is %d', (values, drift) => {
    expect(halfDrift(values)).toBe(drift)
  })

  test.each([[[]], [[1]], [[1, Number.NaN]]])('refuses [%s]', values => {
    expect(() => halfDrift(values)).toThrow(RangeError)
  })
})
