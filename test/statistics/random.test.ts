import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/statistics/random.ts'

describe('seededRandom', () => {
  // Computed with the integers of Python from the definition in PractRand.
  test('is sfc32', () => {
    const random = seededRandom(1)
    expect([random(), random()]).toEqual([0.4684900725260377, 0.4359325869008899])
  })

  test('repeats itself with the same seed, and with no other', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, seededRandom(seed))
    expect(draw(5)).toEqual(draw(5))
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]
    expect(new Set(seeds.map(seed => draw(seed).join())).size).toBe(seeds.length)
  })

  test('is uniform in [0, 1)', () => {
    const random = seededRandom(11)
    const cells = Array.from({ length: 10 }, () => 0)
    for (let draw = 0; draw < 10_000; draw++) cells[Math.floor(random() * 10)]!++
    expect(cells).toHaveLength(10)
    const chiSquare = cells.reduce((sum, cell) => sum + (cell - 1000) ** 2 / 1000, 0)
    // 99.9% quantile of chi-square with 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.88)
  })

  test.each([0.5, Number.NaN, 2 ** 53])('refuses the seed %d', seed => {
    expect(() => seededRandom(seed)).toThrow(new RangeError(`the seed is ${seed}, not a safe integer`))
  })
})
