import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { lookSchedule } from '../../../src/statistics/sequential/look-schedule.ts'
import { SignFlipTest } from '../../../src/statistics/sequential/sign-flip-test.ts'

describe('lookSchedule', () => {
  test('goes from the first possible rejection to the horizon in steps of 5%', () => {
    const everyBlock = Array.from({ length: 26 }, (_, look) => 5 + look)
    expect(lookSchedule({ alpha: 0.05, horizon: 40 })).toEqual([...everyBlock, 32, 34, 36, 38, 40])
  })

  test.each([
    [0.05, 6],
    [0.01, 8],
    [0.001, 11],
  ])('at alpha %d and a horizon of 60 begins at %i blocks', (alpha, first) => {
    expect(lookSchedule({ alpha, horizon: 60 })[0]).toBe(first)
  })

  test('begins no earlier than minBlocks', () => {
    expect(lookSchedule({ alpha: 0.05, horizon: 20, minBlocks: 15 })).toEqual([15, 16, 17, 18, 19, 20])
    expect(lookSchedule({ alpha: 0.05, horizon: 20, minBlocks: 20 })).toEqual([20])
  })

  test('begins where blocks that all say the same are first rejected', () => {
    const alphas = fc.constantFrom(0.2, 0.1, 0.05, 0.02, 0.01)
    fc.assert(
      fc.property(alphas, fc.integer({ min: 12, max: 100 }), (alpha, horizon) => {
        const everyBlock = Array.from({ length: horizon }, (_, block) => block + 1)
        const test = new SignFlipTest({ alpha, looks: everyBlock, random: seededRandom(1) })
        const first = everyBlock.find(() => test.add(0.01))
        expect(lookSchedule({ alpha, horizon })[0]).toBe(first)
      }),
      { numRuns: 30 },
    )
  })

  test('is ascending and ends at the horizon', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 1000 }), fc.constantFrom(0.05, 0.01), (horizon, alpha) => {
        const looks = lookSchedule({ alpha, horizon })
        expect(looks.at(-1)).toBe(horizon)
        expect(looks.every((look, index) => index === 0 || look > looks[index - 1]!)).toBe(true)
      }),
    )
  })

  test.each([
    ['too short a horizon', { alpha: 0.05, horizon: 4 }],
    ['a minimum beyond the horizon', { alpha: 0.05, horizon: 20, minBlocks: 21 }],
    ['alpha 0', { alpha: 0, horizon: 20 }],
    ['a fractional horizon', { alpha: 0.05, horizon: 20.5 }],
    ['a minimum of 0', { alpha: 0.05, horizon: 20, minBlocks: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => lookSchedule(options)).toThrow(RangeError)
  })
})
