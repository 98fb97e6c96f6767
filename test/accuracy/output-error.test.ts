import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outputError } from '../../src/accuracy/output-error.ts'

describe('outputError', () => {
  test('is computed as the formulas say', () => {
    // |y| = 5, |y - y'| = 0.5: a tenth, 20 dB. y·y' = 27, |y'| = sqrt(29.25).
    const found = outputError([3, 4], [3, 4.5])
    expect(found.sqnr).toBeCloseTo(20, 10)
    expect(found.cosine).toBeCloseTo(27 / (5 * Math.sqrt(29.25)), 12)
    expect(found.maxError).toBeCloseTo(0.5, 12)
    expect(found.meanAbsoluteError).toBeCloseTo(0.25, 12)
  })

  // onnxruntime 1.30.0, compute_signal_to_quantization_noice_ratio of onnxruntime.quantization.qdq_loss_debug, and
  // numpy's y @ z / linalg.norm(y) / linalg.norm(z), both in float64.
  test('agrees with the Python quantizer of ONNX Runtime', () => {
    const found = outputError([0.5, -1.25, 2, 0.75, -3.5], [0.48, -1.2, 2.05, 0.7, -3.4])
    expect(found.sqnr).toBeCloseTo(30.17243250440437, 10)
    expect(found.cosine).toBeCloseTo(0.999694712318801, 12)
  })

  test('outputs that are equal, also without values, have no error', () => {
    const none = { sqnr: Infinity, cosine: 1, maxError: 0, meanAbsoluteError: 0 }
    expect(outputError([1, 2], [1, 2])).toEqual(none)
    expect(outputError([0, 0], [0, -0])).toEqual(none)
    expect(outputError([], [])).toEqual(none)
  })

  test('a reference of zeros has no signal that noise could be compared with', () => {
    expect(outputError([0, 0], [0, 0.5])).toEqual({
      sqnr: -Infinity,
      cosine: 0,
      maxError: 0.5,
      meanAbsoluteError: 0.25,
    })
    expect(outputError([1, 1], [0, 0])).toMatchObject({ sqnr: 0, cosine: 0, maxError: 1 })
  })

  test('NaN and infinities are equal in the same place and incomparable elsewhere', () => {
    expect(outputError([NaN, Infinity, 3, 4], [NaN, Infinity, 3, 4.5]).sqnr).toBeCloseTo(20, 10)
    const incomparable = { sqnr: -Infinity, cosine: 0, maxError: Infinity, meanAbsoluteError: Infinity }
    expect(outputError([1, 2], [1, NaN])).toEqual(incomparable)
    expect(outputError([1, NaN], [1, 2])).toEqual(incomparable)
    expect(outputError([Infinity], [-Infinity])).toEqual(incomparable)
  })

  test('another length is incomparable', () => {
    expect(outputError([1, 2], [1]).sqnr).toBe(-Infinity)
  })

  test('does not depend on the unit, up to the largest and the smallest floats', () => {
    const value = fc.integer({ min: -1000, max: 1000 })
    const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(pairs, fc.constantFrom(2 ** -1000, 2 ** 1000), (values, unit) => {
        const [y, z] = [values.map(([own]) => own), values.map(([, other]) => other)]
        const plain = outputError(y, z)
        const inUnit = (side: number[]) => side.map(each => each * unit)
        const found = outputError(inUnit(y), inUnit(z))
        if (Number.isFinite(plain.sqnr)) expect(found.sqnr).toBeCloseTo(plain.sqnr, 9)
        else expect(found.sqnr).toBe(plain.sqnr)
        expect(found.cosine).toBeCloseTo(plain.cosine, 9)
        expect(Math.abs(found.cosine)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
