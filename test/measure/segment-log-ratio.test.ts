import { expect, test } from 'vitest'
import { segmentLogRatio } from '../../src/measure/segment-log-ratio.ts'

const segment = (...milliseconds: number[]) => Float64Array.from(milliseconds)
const [a, b] = [segment(2, 2.2, 9), segment(1, 5, 1.1)]

test('the quiet latency of A over that of B, whatever the order of the segments', () => {
  const block = {
    launch: 0,
    orders: ['ABBA', 'BAAB'],
    quads: [
      [a, b, b, a],
      [b, a, a, b],
    ],
  } as const
  expect(segmentLogRatio(block)).toBeCloseTo(Math.log(2))
})

test('a quad that was disturbed does not move the median', () => {
  const noisy = segment(80, 90, 70)
  const quads = [
    [a, b, b, a],
    [noisy, b, b, noisy],
    [a, b, b, a],
  ]
  expect(segmentLogRatio({ launch: 0, orders: ['ABBA', 'ABBA', 'ABBA'], quads })).toBeCloseTo(Math.log(2))
})

test('a drift within a quad cancels', () => {
  const slowing = [1, 1.1, 1.21, 1.331].map(ms => segment(ms, ms))
  expect(segmentLogRatio({ launch: 0, orders: ['ABBA'], quads: [slowing] })).toBeCloseTo(0)
})
