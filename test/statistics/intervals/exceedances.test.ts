import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exceedances } from '../../../src/statistics/intervals/exceedances.ts'

describe('exceedances', () => {
  test('counts samples above the threshold and the bursts they come in', () => {
    expect(exceedances([1, 9, 9, 1, 9, 1, 1, 1], 5)).toMatchObject({ count: 3, clusters: 2 })
  })

  test('does not count what is equal to the threshold', () => {
    expect(exceedances([5, 5], 5)).toEqual({ count: 0, clusters: 0, designEffect: 1 })
  })

  test('closes a burst at the end', () => {
    expect(exceedances([1, 9, 9], 5)).toMatchObject({ count: 2, clusters: 1 })
  })

  test('gives bursts of 20 in 2000 samples the design effect p (1 + 20) - 1, by runs or a little more by correlation', () => {
    const samples = Array.from({ length: 2000 }, (_, index) => (index % 200 < 20 ? 9 : 1))
    const { count, clusters, designEffect } = exceedances(samples, 5)
    expect([count, clusters]).toEqual([200, 10])
    expect(designEffect).toBeGreaterThanOrEqual(0.9 * 21 - 1)
    expect(designEffect).toBeLessThan(0.9 * 21)
  })

  test('sees a long stretch on either side of the threshold', () => {
    const stretch = [
      ...Array.from({ length: 100 }, () => 1),
      ...Array.from({ length: 900 }, (_, i) => 1 + (i % 3)),
    ]
    const { clusters, designEffect } = exceedances(stretch, 1)
    // 300 runs, but what they are worth is less: 2 * 400 / (effect + 1).
    expect(clusters).toBe(Math.ceil(800 / (designEffect + 1)))
    // 100 samples in one run below and 299 alone: M = (100^2 + 299) / 399, a share of 0.6 above.
    const other = 0.6 * (1 + (101 ** 2 + 299) / 400) - 1
    expect(designEffect).toBeCloseTo(other, 10)
  })

  test('a burst that breaks up for a moment is not several', () => {
    // Bursts of 20, one in ten of the time, of which every other sample lies below the threshold.
    const broken = Array.from({ length: 4000 }, (_, index) =>
      index % 200 < 20 ? (index % 2 === 0 ? 9 : 3) : 1,
    )
    const { clusters, designEffect } = exceedances(broken, 5)
    expect(designEffect).toBeGreaterThan(8)
    expect(clusters).toBeLessThan(50)
    // By its runs, of one sample each, it would have had no effect, and 200 bursts.
  })

  test('counts every sample above, in at most as many bursts, with an effect of at least 1', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.nat(9), (samples, threshold) => {
        const { count, clusters, designEffect } = exceedances(samples, threshold)
        expect(count).toBe(samples.filter(sample => sample > threshold).length)
        expect(clusters).toBeLessThanOrEqual(count)
        expect(clusters > 0).toBe(count > 0 && count < samples.length)
        expect(designEffect).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})
