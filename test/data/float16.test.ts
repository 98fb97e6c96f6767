import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { float16ToNumber, numberToFloat16 } from '../../src/data/float16.ts'

test('every pattern but those of NaN comes back', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = float16ToNumber(half)
    if (!Number.isNaN(value)) expect(numberToFloat16(value)).toBe(half)
  }
})

test('no other pattern is nearer', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), value => {
      const half = numberToFloat16(value)
      const distance = (pattern: number) => Math.abs(float16ToNumber(pattern) - value)
      for (const other of [half - 1, half + 1]) {
        if ((other & 0x7fff) < 0x7c00 && other >= 0)
          expect(distance(half)).toBeLessThanOrEqual(distance(other))
      }
    }),
  )
})

// IEEE 754-2019, section 4.3.1: halfway cases go to the even one, and from halfway beyond the largest to infinity.
test.each([
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 ** -25, 0],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [Number.NaN, 0x7e00],
])('%d', (value, half) => {
  expect(numberToFloat16(value)).toBe(half)
})
