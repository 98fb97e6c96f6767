import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  affineParameters,
  dequantize,
  integerLimits,
  quantize,
  rangeOf,
  roundHalfEven,
} from '../../src/quantize/affine.ts'

/** Ranges that a normal 32-bit scale can express. */
const range = fc
  .tuple(
    fc.float({ noNaN: true, min: -(2 ** 100), max: 2 ** 100 }),
    fc.float({ noNaN: true, min: -(2 ** 100), max: 2 ** 100 }),
  )
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
  .filter(({ min, max }) => Math.max(max, 0) - Math.min(min, 0) > 1e-30)
const format = fc.constantFrom('uint8' as const, 'int8' as const)

test('halves round to even, as numpy.round and QuantizeLinear do', () => {
  const values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, -2.5001, 3]
  expect(values.map(value => roundHalfEven(value) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 2, -3, 3])
})

/** Computed by hand from the formula of compute_scale_zp (onnxruntime quant_utils.py, 1.30.0), not taken from a run of it. */
describe('golden parameters', () => {
  test.each([
    ['uint8', -1, 1, 2 / 255, 128],
    ['uint8', 0, 6, 6 / 255, 0],
    ['uint8', -0.5, 1.5, 2 / 255, 64],
    ['uint8', 2, 4, 4 / 255, 0],
    ['uint8', -4, -2, 4 / 255, 255],
    ['int8', -1, 1, 2 / 255, 0],
    ['int8', 0, 6, 6 / 255, -128],
    ['int8', -3, 1, 4 / 255, 63],
    ['int8-symmetric', -3, 1, 3 / 127, 0],
    ['int8-symmetric', 0, 6, 6 / 127, 0],
    ['uint8', 0, 0, 1, 0],
    ['int8', 0, 1e-40, 1, 0],
    ['int8-symmetric', 0, 0, 1, 0],
  ] as const)('%s of [%f, %f]', (format, min, max, scale, zeroPoint) => {
    const parameters = affineParameters({ min, max }, format)
    expect(parameters).toMatchObject({ scale: Math.fround(scale), zeroPoint })
  })
})

test('zero is exact, and the zero point an integer of the type', () => {
  fc.assert(
    fc.property(range, format, (range, format) => {
      const parameters = affineParameters(range, format)
      const [lowest, highest] = integerLimits[format]
      expect(Number.isInteger(parameters.zeroPoint)).toBe(true)
      expect(parameters.zeroPoint).toBeGreaterThanOrEqual(lowest)
      expect(parameters.zeroPoint).toBeLessThanOrEqual(highest)
      expect(dequantize(quantize(0, parameters), parameters)).toBe(0)
    }),
  )
})

test('values within the range come back to within one step, half of one away from its ends', () => {
  fc.assert(
    fc.property(range, format, fc.double({ min: 0, max: 1, noNaN: true }), (range, format, share) => {
      const parameters = affineParameters(range, format)
      const [min, max] = [Math.min(range.min, 0), Math.max(range.max, 0)]
      const value = min + share * (max - min)
      const error = Math.abs(dequantize(quantize(value, parameters), parameters) - value)
      // The zero point is rounded, which moves the grid by up to half a step: the ends may be clipped by that much.
      const inner = value - min > parameters.scale && max - value > parameters.scale
      expect(error).toBeLessThanOrEqual((inner ? 0.5001 : 1.0001) * parameters.scale)
    }),
  )
})

test('values outside the range are clipped', () => {
  const parameters = affineParameters({ min: 0, max: 6 }, 'uint8')
  expect([-1, 7, 6].map(value => quantize(value, parameters))).toEqual([0, 255, 255])
})

test('quantization is monotonic', () => {
  fc.assert(
    fc.property(
      range,
      format,
      fc.float({ noNaN: true }),
      fc.float({ noNaN: true }),
      (range, format, a, b) => {
        const parameters = affineParameters(range, format)
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(quantize(low, parameters)).toBeLessThanOrEqual(quantize(high, parameters))
      },
    ),
  )
})

test('the range of nothing is [0, 0]', () => {
  expect(rangeOf([])).toEqual({ min: 0, max: 0 })
  expect(rangeOf([3, -1, 2])).toEqual({ min: -1, max: 3 })
})

// compute_scale_zp(numpy.float32(min), numpy.float32(max), numpy.uint8(0), numpy.uint8(255)) of onnxruntime 1.30.0:
// max - min is rounded to 32 bits before it is divided. Without that the scale would be 0.011796614155173302.
test('scale of a range whose length 32 bits do not hold', () => {
  const range = { min: -1.623680591583252, max: 1.3844560384750366 }
  expect(affineParameters(range, 'uint8')).toEqual({
    type: 'uint8',
    scale: 0.011796615086495876,
    zeroPoint: 138,
  })
})
