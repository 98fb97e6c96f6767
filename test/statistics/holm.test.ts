import { expect, test } from 'vitest'
import { holmAlpha } from '../../src/statistics/holm.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { mostRejections } from './simulate.ts'

test('a rejection leaves its share to the others', () => {
  const alphas = [0, 1, 2, 3, 4].map(rejected => holmAlpha({ alpha: 0.05, count: 5, rejected }))
  expect(alphas).toEqual([0.05 / 5, 0.05 / 4, 0.05 / 3, 0.05 / 2, 0.05])
})

test('any false alarm among ten clauses that hold is as rare as alpha says', () => {
  const random = seededRandom(1)
  const runs = 2000
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    let rejected = 0
    for (let clause = 0; clause < 10; clause++) {
      if (random() <= holmAlpha({ alpha: 0.05, count: 10, rejected })) rejected++
    }
    if (rejected > 0) alarms++
  }
  expect(alarms).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  // Without the budget it would be 4 of 10.
  expect(alarms).toBeGreaterThan(0)
})

test.each([
  { alpha: 0, count: 3, rejected: 0 },
  { alpha: 0.05, count: 3, rejected: 3 },
  { alpha: 0.05, count: 0, rejected: 0 },
])('refuses %j', options => {
  expect(() => holmAlpha(options)).toThrow(RangeError)
})
