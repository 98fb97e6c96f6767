import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { walshHadamard } from '../../../src/statistics/sequential/walsh-hadamard.ts'

const ones = (value: number) => value.toString(2).replaceAll('0', '').length

describe('walshHadamard', () => {
  test('sums under all patterns of signs', () => {
    expect(walshHadamard(Float64Array.of(1, 0, 1, 0))).toEqual(Float64Array.of(2, 2, 0, 0))
  })

  test('is the sum that defines it', () => {
    const values = fc.integer({ min: 0, max: 5 }).chain(bits => {
      const length = 2 ** bits
      return fc.array(fc.integer({ min: -100, max: 100 }), { minLength: length, maxLength: length })
    })
    fc.assert(
      fc.property(values, input => {
        const expected = input.map((_, j) =>
          input.reduce((sum, value, m) => sum + (ones(j & m) % 2 === 0 ? value : -value), 0),
        )
        expect([...walshHadamard(Float64Array.from(input))].map(sum => sum + 0)).toEqual(
          expected.map(sum => sum + 0),
        )
      }),
    )
  })
})
