import { describe, expect, test } from 'vitest'
import { tangoScore } from '../../src/statistics/intervals/tango-score.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import {
  blocksNeeded,
  discordanceSupported,
  imagesNeeded,
  inferencesNeeded,
} from '../../src/statistics/sample-size.ts'

describe('imagesNeeded', () => {
  // (z_0.95 + z_power)^2 * discordance / 0.005^2 with z of SciPy, rounded up.
  test.each([
    [0.005, 1237, 2165],
    [0.01, 2474, 4329],
    [0.02, 4947, 8658],
    [0.1, 24_731, 43_289],
  ])('at a discordance of %d asks for %i or %i images', (discordance, power80, power95) => {
    expect(imagesNeeded({ limit: 0.005, discordance })).toBe(power80)
    expect(imagesNeeded({ limit: 0.005, discordance, power: 0.95 })).toBe(power95)
  })

  test('asks for more where there is a gap already', () => {
    const none = imagesNeeded({ limit: 0.005, discordance: 0.01 })
    expect(imagesNeeded({ limit: 0.005, discordance: 0.01, gap: 0.002 })).toBeGreaterThan(2 * none)
  })

  test('asks for as many as the test of Tango takes where the variants never disagree', () => {
    const needed = imagesNeeded({ limit: 0.005, discordance: 0 })
    expect(needed).toBe(539)
    const score = (bothRight: number) =>
      tangoScore({ bothRight, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }, 0.005)
    expect(score(needed)).toBeLessThan(-1.6448536)
    expect(score(needed - 1)).toBeGreaterThan(-1.6448536)
  })

  test('asks for more where a gap in both directions has to be ruled out', () => {
    // (z_0.95 + z_0.9)^2 * 0.01 / 0.005^2
    expect(imagesNeeded({ limit: 0.005, discordance: 0.01, sides: 2 })).toBe(3426)
  })

  test('is enough for the power that it promises', () => {
    const [limit, discordance, runs] = [0.02, 0.08, 400]
    const samples = imagesNeeded({ limit, discordance })
    const random = seededRandom(1)
    let upheld = 0
    for (let run = 0; run < runs; run++) {
      const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }
      for (let n = 0; n < samples; n++) {
        const u = random()
        counts[u < discordance / 2 ? 'onlyFirst' : u < discordance ? 'onlySecond' : 'bothRight']++
      }
      if (tangoScore(counts, limit) < -1.6448536) upheld++
    }
    // 80% less three standard errors, and not much more than was asked for.
    expect(upheld / runs).toBeGreaterThan(0.74)
    expect(upheld / runs).toBeLessThan(0.88)
  })

  test.each([
    ['a gap at the limit', { limit: 0.005, discordance: 0.01, gap: 0.005 }],
    ['a gap above the discordance', { limit: 0.1, discordance: 0.01, gap: 0.02 }],
    ['a discordance above 1', { limit: 0.005, discordance: 1.1 }],
    ['a discordance of NaN', { limit: 0.005, discordance: Number.NaN }],
    ['a power of 1', { limit: 0.005, discordance: 0.01, power: 1 }],
    ['alpha 0', { limit: 0.005, discordance: 0.01, alpha: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => imagesNeeded(options)).toThrow(RangeError)
  })
})

describe('discordanceSupported', () => {
  test('of 1,000 images at half a point is 0.4%', () => {
    const discordance = discordanceSupported(1000, { limit: 0.005 })!
    expect(discordance).toBeCloseTo(0.00404, 5)
    expect(imagesNeeded({ limit: 0.005, discordance })).toBe(1000)
  })

  test('is undefined where no discordance is small enough, and never above 1', () => {
    expect(discordanceSupported(538, { limit: 0.005 })).toBeUndefined()
    expect(discordanceSupported(539, { limit: 0.005 })).toBeGreaterThan(0)
    expect(discordanceSupported(1e9, { limit: 0.005 })).toBe(1)
  })

  test.each([0, 1, Number.NaN])('refuses a limit of %d', limit => {
    expect(() => discordanceSupported(1000, { limit })).toThrow(RangeError)
  })
})

describe('inferencesNeeded', () => {
  test('is the size of a sample without exceedances', () => {
    expect(inferencesNeeded({ p: 0.99 })).toBe(299)
    expect(inferencesNeeded({ p: 0.99, alpha: 0.01 })).toBe(459)
    expect(inferencesNeeded({ p: 0.5 })).toBe(5)
    expect(inferencesNeeded({ p: 0.99, designEffect: 10 })).toBe(2981)
  })

  test.each([{ p: 1 }, { p: 0.5, alpha: 0 }, { p: 0.5, designEffect: 0.5 }])('refuses %j', options => {
    expect(() => inferencesNeeded(options)).toThrow(RangeError)
  })
})

describe('blocksNeeded', () => {
  test('is (z_0.99 + z_0.9)^2 (spread / distance)^2', () => {
    expect(blocksNeeded({ spread: 0.02, distance: 0.01 })).toBe(53)
    expect(blocksNeeded({ spread: 0.02, distance: -0.01 })).toBe(53)
    expect(blocksNeeded({ spread: 0, distance: 0.01 })).toBe(1)
  })

  test.each([
    ['a distance of 0', { spread: 0.02, distance: 0 }],
    ['a distance of NaN', { spread: 0.02, distance: Number.NaN }],
    ['a negative spread', { spread: -1, distance: 0.01 }],
    ['a power of 0', { spread: 0.02, distance: 0.01, power: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => blocksNeeded(options)).toThrow(RangeError)
  })
})
