import { describe, expect, test } from 'vitest'
import { launchesDisagree, launchTest } from '../../src/statistics/launch-test.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { mostRejections, normal } from './simulate.ts'

const alphas = { alphaViolated: 0.01, alphaUpheld: 0.05 }

test('launches disagree where their centres are further apart than tolerance and noise', () => {
  const blocks = (centre: number, spread: number) => [-2, -1, 0, 1, 2].map(x => centre + x * spread)
  const one = blocks(0, 0.001)
  expect(launchesDisagree([one, blocks(0.005, 0.001)], 0.01)).toBe(false)
  expect(launchesDisagree([one, blocks(0.02, 0.001)], 0.01)).toBe(true)
  expect(launchesDisagree([one, blocks(0.02, 0.02)], 0.01)).toBe(true)
  expect(launchesDisagree([blocks(0, 0.02), blocks(0.02, 0.02)], 0.01)).toBe(false)
  expect(launchesDisagree([one, []], 0.01)).toBe(false)
})

describe('launchTest', () => {
  test('sees what all launches say', () => {
    const centres = [0.02, 0.025, 0.018, 0.03, 0.022]
    expect(launchTest(centres, { boundary: 0.01, ...alphas })).toBe('violated')
    expect(launchTest(centres, { boundary: 0.04, ...alphas })).toBe('upheld')
    expect(launchTest(centres, { boundary: 0.023, ...alphas })).toBe('inconclusive')
  })

  test('launches that agree to the last bit are no proof', () => {
    expect(launchTest([1, 1, 1, 1, 1], { boundary: 0, ...alphas })).toBe('inconclusive')
  })

  test('keeps its false alarms within alpha where launches differ and the boundary is the truth', () => {
    const random = seededRandom(1)
    const runs = 2000
    let violated = 0
    for (let run = 0; run < runs; run++) {
      const centres = Array.from({ length: 6 }, () => 0.005 * normal(random))
      if (launchTest(centres, { boundary: 0, ...alphas }) === 'violated') violated++
    }
    expect(violated).toBeLessThanOrEqual(mostRejections(runs, 0.01))
    expect(violated).toBeGreaterThan(5)
  })

  test.each([[[1, 2, 3, 4]], [[1, 2, 3, 4, Number.NaN]]])('refuses %j', centres => {
    expect(() => launchTest(centres, { boundary: 0, ...alphas })).toThrow(RangeError)
  })
})
