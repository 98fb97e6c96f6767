import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockLogRatio, quadLogRatio, quadOrder } from '../../src/statistics/block.ts'
import { seededRandom } from '../../src/statistics/random.ts'

const latency = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
const segments = fc.tuple(latency, latency, latency, latency)

describe('quadLogRatio', () => {
  test('is the log of the latency ratio in both orders', () => {
    expect(quadLogRatio([2, 1, 1, 2], 'ABBA')).toBeCloseTo(Math.log(2), 15)
    expect(quadLogRatio([1, 2, 2, 1], 'BAAB')).toBeCloseTo(Math.log(2), 15)
  })

  test('cancels a linear drift', () => {
    fc.assert(
      fc.property(latency, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (start, drift) => {
        const quad = [0, 1, 2, 3].map(segment => start * Math.exp(drift * segment))
        expect(quadLogRatio(quad as [number, number, number, number], 'ABBA')).toBeCloseTo(0, 12)
      }),
    )
  })

  test('changes its sign with the order and with the roles of the variants', () => {
    fc.assert(
      fc.property(segments, quad => {
        expect(quadLogRatio(quad, 'BAAB')).toBe(-quadLogRatio(quad, 'ABBA'))
      }),
    )
  })

  test('does not depend on the unit of latency', () => {
    fc.assert(
      fc.property(segments, latency, (quad, unit) => {
        const scaled = quad.map(value => value * unit) as typeof quad
        expect(quadLogRatio(scaled, 'ABBA')).toBeCloseTo(quadLogRatio(quad, 'ABBA'), 10)
      }),
    )
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a latency of %d', wrong => {
    for (const position of [0, 1, 2, 3]) {
      const quad = [1, 1, 1, 1].with(position, wrong) as [number, number, number, number]
      expect(() => quadLogRatio(quad, 'ABBA')).toThrow(RangeError)
    }
  })
})

describe('quadOrder', () => {
  test('is a fair coin', () => {
    const random = seededRandom(3)
    const flips = Array.from({ length: 10_000 }, () => quadOrder(random))
    const share = flips.filter(order => order === 'ABBA').length / flips.length
    // Five standard deviations of 10,000 flips.
    expect(Math.abs(share - 0.5)).toBeLessThan(0.025)
  })
})

describe('blockLogRatio', () => {
  test('is the median, which two disturbed quads of five do not move', () => {
    expect(blockLogRatio([0.01, 0.02, 0.9, -0.3, 0.015])).toBe(0.015)
  })

  test('leaves the quads as they are', () => {
    const quads = [3, 1, 2]
    blockLogRatio(quads)
    expect(quads).toEqual([3, 1, 2])
  })

  test.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses [%s]', quads => {
    expect(() => blockLogRatio(quads)).toThrow(RangeError)
  })
})
