import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ratioBoundary } from '../../../src/statistics/sequential/ratio-boundary.ts'

describe('ratioBoundary', () => {
  test('of a tolerance is -log(1 - tolerance)', () => {
    expect(ratioBoundary(0.01)).toBeCloseTo(0.01005, 5)
    expect(ratioBoundary(0)).toBe(0)
  })

  test('is the latency ratio that the clause allows', () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9, noNaN: true }), factor, (tolerance, times) => {
        const ratio = Math.exp(ratioBoundary(tolerance, times))
        // fps A / fps B = 1 / ratio
        expect(1 / ratio).toBeCloseTo(times * (1 - tolerance), 8)
      }),
    )
  })

  test.each([
    [-0.01, 1],
    [1, 1],
    [Number.NaN, 1],
    [0, 0],
    [0, -1],
    [0, Number.POSITIVE_INFINITY],
    [0, Number.NaN],
  ])('refuses a tolerance of %d with a factor of %d', (tolerance, factor) => {
    expect(() => ratioBoundary(tolerance, factor)).toThrow(RangeError)
  })
})
