import { describe, expect, test } from 'vitest'
import { blocksNeeded, imagesNeeded } from '../../src/statistics/sample-size.ts'

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

  test('asks for one image where the variants never disagree', () => {
    expect(imagesNeeded({ limit: 0.005, discordance: 0 })).toBe(1)
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
