import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bisect } from '../../src/statistics/bisect.ts'

describe('bisect', () => {
  test('finds a root to the last digit', () => {
    expect(bisect(x => 2 - x * x, 0, 2)).toBeCloseTo(Math.SQRT2, 15)
  })

  test('finds every root of a line', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), root => {
        expect(bisect(x => root - x, -1, 1)).toBeCloseTo(root, 12)
      }),
    )
  })

  test('ends at the nearer bound where there is no root', () => {
    expect(bisect(() => 1, 0, 1)).toBeCloseTo(1, 12)
    expect(bisect(() => -1, 0, 1)).toBeCloseTo(0, 12)
  })
})
