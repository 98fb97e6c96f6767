import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantizeBias, scalesThatHoldBias } from '../../src/quantize/bias.ts'
import { quantizeWeights, weightScales } from '../../src/quantize/weights.ts'

describe('weights', () => {
  const data = Float32Array.of(1, -2, 0, 0, 0.5, 0.25)

  test('one scale per channel puts the largest weight of each at 127', () => {
    const scales = weightScales(data, [3, 2], 0)
    // A channel of zeros gets the largest scale of the others.
    expect(scales).toEqual(Float32Array.of(2 / 127, 2 / 127, 0.5 / 127))
    expect([...quantizeWeights(data, [3, 2], 0, scales).data]).toEqual([64, -127, 0, 0, 127, 64])
  })

  test('channels along another axis', () => {
    const scales = weightScales(data, [3, 2], 1)
    expect(scales).toEqual(Float32Array.of(1 / 127, 2 / 127))
    expect([...quantizeWeights(data, [3, 2], 1, scales).data]).toEqual([127, -127, 0, 0, 64, 16])
  })

  test('one scale for all has the smallest of the limits', () => {
    const limits = new Map([
      [0, 91],
      [2, 64],
    ])
    const scales = weightScales(data, [3, 2], undefined, limits)
    expect(scales).toEqual(Float32Array.of(2 / 64))
    expect([...quantizeWeights(data, [3, 2], undefined, scales).data]).toEqual([32, -64, 0, 0, 16, 8])
  })

  test('every weight is within half a step, and the limits of channels hold', () => {
    const weights = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), {
      minLength: 12,
      maxLength: 12,
    })
    fc.assert(
      fc.property(weights, fc.integer({ min: 64, max: 127 }), fc.nat(2), (weights, limit, axis) => {
        const data = Float32Array.from(weights)
        const shape = [2, 3, 2]
        const quantized = quantizeWeights(
          data,
          shape,
          axis,
          weightScales(data, shape, axis, new Map([[1, limit]])),
        )
        const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
        for (const [i, integer] of quantized.data.entries()) {
          const channel = Math.floor(i / inner) % shape[axis]!
          const scale = quantized.scales[channel]!
          expect(Math.abs(integer)).toBeLessThanOrEqual(channel === 1 ? limit : 127)
          expect(Math.abs(integer * scale - data[i]!)).toBeLessThanOrEqual(scale * 0.5001)
        }
      }),
    )
  })
})

describe('bias', () => {
  test('is counted in steps of input scale times weight scale', () => {
    const { data, scales } = quantizeBias(Float32Array.of(1, -1), 0.5, Float32Array.of(0.25, 0.125))
    expect(scales).toEqual(Float32Array.of(0.125, 0.0625))
    expect(data).toEqual(Int32Array.of(8, -16))
  })

  test('that int32 cannot hold enlarges the weight scale instead of being cut off', () => {
    const bias = Float32Array.of(1e6, 1)
    const wanted = Float32Array.of(1e-6, 1e-3)
    const scales = scalesThatHoldBias(wanted, 1e-4, bias)
    expect(scales[0]).toBeGreaterThan(wanted[0]!)
    expect(scales[1]).toBe(wanted[1])
    const quantized = quantizeBias(bias, 1e-4, scales)
    expect(quantized.data[0]! * quantized.scales[0]!).toBeCloseTo(1e6, 0)
  })
})
