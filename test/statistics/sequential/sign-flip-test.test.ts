import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { SignFlipTest } from '../../../src/statistics/sequential/sign-flip-test.ts'

// Thousandths: the smallest doubles would vanish where a test multiplies them.
const value = fc.integer({ min: -1000, max: 1000 }).map(count => count / 1000)

/** At which value the test rejects; undefined where it does not. */
function rejection(values: readonly number[], options: { alpha?: number; looks: number[]; seed?: number }) {
  const { alpha = 0.05, looks, seed = 1 } = options
  const test = new SignFlipTest({ alpha, looks, random: seededRandom(seed) })
  const index = values.findIndex(some => test.add(some))
  return index < 0 ? undefined : index + 1
}

describe('SignFlipTest', () => {
  test('rejects 5 values of one sign where 1 of 2^5 patterns may be spent', () => {
    expect(rejection([0.02, 0.01, 0.03, 0.02, 0.01], { looks: [5, 6, 8] })).toBe(5)
  })

  test('does not reject them where less than 1 of 2^5 may be spent', () => {
    // 0.05 (5/100)^(1/5) = 0.027 < 2^-5
    expect(rejection([0.02, 0.01, 0.03, 0.02, 0.01], { looks: [5, 100] })).toBeUndefined()
  })

  test('agrees with counting all patterns of signs by hand', () => {
    // With one look at 8 values all 2^8 patterns are compared, whatever the seed.
    fc.assert(
      fc.property(fc.array(value, { minLength: 8, maxLength: 8 }), values => {
        const magnitudes = values.map(Math.abs).toSorted((a, b) => a - b)
        const scale = (1.4826 * (magnitudes[3]! + magnitudes[4]!)) / 2
        fc.pre(scale > 0)
        const scores = values.map(some => Math.sign(some) * Math.min(Math.abs(some) / scale, 1))
        const sum = (pattern: number) =>
          scores.reduce((total, score, bit) => total + (pattern & (1 << bit) ? -score : score), 0)
        const asLarge = Array.from({ length: 256 }, (_, pattern) => sum(pattern)).filter(
          total => total >= sum(0) - 1e-9,
        )
        const expected = asLarge.length <= 0.05 * 256 ? 8 : undefined
        expect(rejection(values, { looks: [8] })).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('does not depend on the order of the values at a single look', () => {
    const values = fc.array(value, { minLength: 9, maxLength: 9 })
    const shuffled = values.chain(some =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: 9 })),
    )
    fc.assert(
      fc.property(shuffled, ([some, other]) => {
        expect(rejection(other, { looks: [9] })).toBe(rejection(some, { looks: [9] }))
      }),
    )
  })

  test('does not depend on the unit of the values', () => {
    const values = fc.array(value, { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(values, fc.constantFrom(2 ** -20, 0.5, 1024), (some, unit) => {
        const looks = [6, 9, 12]
        expect(
          rejection(
            some.map(number => number * unit),
            { looks },
          ),
        ).toBe(rejection(some, { looks }))
      }),
    )
  })

  test('gives the same answer with the same seed', () => {
    const values = fc.array(value, { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(values, fc.integer(), (some, seed) => {
        const looks = [8, 12, 16, 20]
        expect(rejection(some, { looks, seed })).toBe(rejection(some, { looks, seed }))
      }),
    )
  })

  test('never rejects values that are all equal to 0', () => {
    const values = Array.from({ length: 40 }, () => 0)
    expect(rejection(values, { looks: [10, 20, 40] })).toBeUndefined()
  })

  test('counts what differs from 0 where most values do not', () => {
    const values = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 0 : 0.01))
    expect(rejection(values, { looks: [20] })).toBe(20)
    expect(
      rejection(
        values.map(some => -some),
        { looks: [20] },
      ),
    ).toBeUndefined()
  })

  test('bounds what a spike counts: one cannot outweigh the rest', () => {
    const values = [...Array.from({ length: 19 }, (_, index) => 0.01 + index / 1e4), -1e6]
    expect(rejection(values, { looks: [20] })).toBe(20)
  })

  test('stays rejected', () => {
    const test = new SignFlipTest({ alpha: 0.05, looks: [5, 6, 8], random: seededRandom(1) })
    for (let index = 0; index < 5; index++) test.add(0.01)
    expect(test.rejected).toBe(true)
    expect([test.add(-1), test.add(-1), test.add(-1)]).toEqual([true, true, true])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the value %d and forgets it', wrong => {
    const test = new SignFlipTest({ alpha: 0.05, looks: [1], random: seededRandom(1) })
    expect(() => test.add(wrong)).toThrow(RangeError)
    expect(test.add(0.01)).toBe(false)
  })

  test('refuses values beyond its horizon', () => {
    const test = new SignFlipTest({ alpha: 0.05, looks: [2], random: seededRandom(1) })
    test.add(1)
    test.add(1)
    expect(() => test.add(1)).toThrow(new RangeError('the sign-flip test ends at its horizon of 2 values'))
  })

  test.each([
    ['alpha 0', { alpha: 0, looks: [5] }],
    ['alpha 1', { alpha: 1, looks: [5] }],
    ['alpha NaN', { alpha: Number.NaN, looks: [5] }],
    ['no looks', { alpha: 0.05, looks: [] }],
    ['a look at 0', { alpha: 0.05, looks: [0, 5] }],
    ['a fractional look', { alpha: 0.05, looks: [2.5, 5] }],
    ['looks that do not ascend', { alpha: 0.05, looks: [5, 5] }],
  ])('refuses %s', (_, options) => {
    expect(() => new SignFlipTest({ ...options, random: seededRandom(1) })).toThrow(RangeError)
  })
})
