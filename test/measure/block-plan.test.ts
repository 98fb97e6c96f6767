import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planBlocks } from '../../src/measure/block-plan.ts'

test('a model of 2 ms gets five quads of five inferences a segment, a faster one more', () => {
  expect(planBlocks(0.004, 30)).toEqual({
    quads: 5,
    segmentLength: 5,
    dropped: 1,
    statistic: 'minimum',
    seconds: 5 * 2 * 6 * 0.004,
  })
  expect(planBlocks(0.001, 30)).toMatchObject({ quads: 13, segmentLength: 5 })
})

test('a slow model gives up quads first, then length', () => {
  const plans = [0.015, 0.02, 0.05, 0.1, 0.15, 10].map(seconds => planBlocks(seconds, 24))
  expect(plans.map(({ quads, segmentLength }) => [quads, segmentLength])).toEqual([
    [5, 5],
    [3, 5],
    [1, 5],
    [1, 4],
    [1, 2],
    [1, 1],
  ])
})

test('quads stay odd, so that their median is one of them, and a slower model never gets more', () => {
  const seconds = fc.double({ min: 1e-5, max: 100, noNaN: true })
  fc.assert(
    fc.property(seconds, seconds, seconds, (one, other, budget) => {
      const [fast, slow] = [Math.min(one, other), Math.max(one, other)].map(pair => planBlocks(pair, budget))
      for (const { quads, segmentLength } of [fast!, slow!]) {
        expect(quads % 2).toBe(1)
        expect(segmentLength).toBeGreaterThanOrEqual(1)
      }
      expect(slow!.quads).toBeLessThanOrEqual(fast!.quads)
      expect(slow!.quads * slow!.segmentLength).toBeLessThanOrEqual(fast!.quads * fast!.segmentLength)
    }),
  )
})
