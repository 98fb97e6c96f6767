import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import {
  logNormalMixture,
  normalMixtureBound,
  normalMixtureRho,
} from '../../../src/statistics/sequential/normal-mixture.ts'
import { mostRejections, normal } from '../simulate.ts'

describe('normal mixture', () => {
  // The tests of the R and Python package confseq, tuned for a variance of 100 at alpha 0.05.
  test.each([
    [2, -0.6510052, 30.35209],
    [1, -0.06502391, 27.66071],
  ] as const)('with %i sides is that of confseq', (sides, log, bound) => {
    const rho = normalMixtureRho({ variance: 100, alpha: 0.05, sides })
    if (sides === 2) expect(rho).toBeCloseTo(12.60056, 5)
    expect(logNormalMixture(10, 100, { rho, sides })).toBeCloseTo(log, 6)
    expect(normalMixtureBound(100, 0.05, { rho, sides })).toBeCloseTo(bound, 5)
  })

  test.each([1, 2] as const)('with %i sides bounds a sum at every time', sides => {
    const random = seededRandom(sides)
    const mixture = { rho: normalMixtureRho({ variance: 50, alpha: 0.05, sides }), sides }
    const bounds = Array.from({ length: 100 }, (_, n) => normalMixtureBound(n + 1, 0.05, mixture))
    const runs = 400
    let left = 0
    for (let run = 0; run < runs; run++) {
      let sum = 0
      const outside = bounds.some(bound => {
        sum += normal(random)
        return (sides === 2 ? Math.abs(sum) : sum) > bound
      })
      if (outside) left++
    }
    expect(left).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(left).toBeGreaterThan(0)
  })

  test('refuses what has no bound', () => {
    expect(() => normalMixtureRho({ variance: 0, alpha: 0.05, sides: 2 })).toThrow(RangeError)
    expect(() => normalMixtureRho({ variance: 1, alpha: 0, sides: 2 })).toThrow(RangeError)
    expect(() => normalMixtureBound(1, 1, { rho: 1, sides: 2 })).toThrow(RangeError)
  })
})
