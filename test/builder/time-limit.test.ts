import { expect, test } from 'vitest'
import { timeLimit } from '../../src/builder/time-limit.ts'

test('a limit counts down, and without a share of it ends so much earlier', () => {
  let now = 5000
  const time = timeLimit(60, () => now)
  const early = time.without(0.25)
  expect([time.left(), early.left()]).toEqual([60, 45])
  now += 50_000
  expect([time.left(), early.left()]).toEqual([10, -5])
  expect([early.seconds, early.part(8)]).toEqual([60, 4])
})
