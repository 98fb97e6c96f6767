import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addToHistogram, createHistogram } from '../../src/calibration/histogram.ts'
import type { Grid } from '../../src/calibration/method.ts'
import { type MethodName, methods } from '../../src/calibration/methods.ts'
import { affineParameters, dequantize, quantize } from '../../src/quantize/affine.ts'
import type { Range } from '../../src/quantize/ranges.ts'
import { randomFloats } from '../support/random-floats.ts'

const names = Object.keys(methods) as MethodName[]
const grids: Grid[] = ['uint8', 'int8']

function rangeOf(name: MethodName, values: Iterable<number>, grid: Grid): Range {
  const method = methods[name]
  const histogram = createHistogram()
  addToHistogram(histogram, Float32Array.from(values), method.initialRange)
  return method.range(histogram, grid)
}

/** Mean squared error of the values after QuantizeLinear and DequantizeLinear: the real grid, value by value. */
function quantizationError(values: Float32Array, range: Range, grid: Grid): number {
  const parameters = affineParameters(range, grid === 'int8' ? 'int8-symmetric' : 'uint8')
  const errors = values.map(x => (x - dequantize(quantize(x, parameters), parameters)) ** 2)
  return errors.reduce((sum, error) => sum + error, 0) / values.length
}

/** Numbers of a normal distribution, by Box and Muller. */
function normal(size: number, seed: string): Float32Array {
  const angles = randomFloats(size, `${seed} angle`, Math.PI)
  return randomFloats(size, seed).map(
    (u, i) => Math.sqrt(-2 * Math.log(1 - Math.abs(u))) * Math.cos(angles[i]!),
  )
}

const shapes: Record<string, Float32Array> = {
  normal: normal(20_000, 'normal'),
  ReLU: normal(20_000, 'relu').map(x => Math.max(x, 0)),
  SiLU: normal(20_000, 'silu').map(x => (3 * x) / (1 + Math.exp(-3 * x))),
  'all negative': normal(20_000, 'negative').map(x => -Math.abs(x) - 1),
  outliers: normal(20_000, 'outliers').map((x, i) => (i % 5000 === 0 ? 40 * x : x)),
}

describe('every method', () => {
  test.for(names)('%s gives a finite range that contains 0, symmetric on the int8 grid', name => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 50 })
    fc.assert(
      fc.property(values, samples => {
        const affine = rangeOf(name, samples, 'uint8')
        expect(affine.min).toBeLessThanOrEqual(0)
        expect(affine.max).toBeGreaterThanOrEqual(0)
        // With a zero point no level is spent beyond the values.
        expect(affine.min).toBeGreaterThanOrEqual(Math.min(0, ...samples))
        expect(affine.max).toBeLessThanOrEqual(Math.max(0, ...samples))
        const symmetric = rangeOf(name, samples, 'int8')
        expect(symmetric.min + symmetric.max).toBe(0)
        expect(Number.isFinite(symmetric.max)).toBe(true)
      }),
    )
  })

  test.for(names)('%s gives an all-zero tensor the range [0, 0]', name => {
    for (const grid of grids) expect(rangeOf(name, [0, 0, 0], grid)).toEqual({ min: 0, max: 0 })
  })
})

test('minmax is exact', () => {
  const values = [0.1, -3.7, 2.25].map(Math.fround)
  expect(rangeOf('minmax', values, 'uint8')).toEqual({ min: values[1], max: 2.25 })
  expect(rangeOf('minmax', values, 'int8')).toEqual({ min: values[1], max: -values[1]! })
  expect(rangeOf('minmax', [5, 6], 'uint8')).toEqual({ min: 0, max: 6 })
})

test('percentile cuts one value in 20,000 off each end, on the int8 grid one in 10,000 magnitudes', () => {
  const values = Float32Array.from({ length: 40_000 }, (_, i) => i / 20_000 - 1)
  values.set([100, 90, -80, -70], 0)
  const uint8 = rangeOf('percentile', values, 'uint8')
  expect(uint8.max).toBeCloseTo(1, 1)
  expect(uint8.min).toBeCloseTo(-1, 1)
  expect(rangeOf('percentile', values, 'int8').max).toBeCloseTo(1, 1)
  // One value more than may be cut off at an end stays within the range.
  values.set([60, -50], 4)
  expect(rangeOf('percentile', values, 'uint8').max).toBeCloseTo(60, 0)
  expect(rangeOf('percentile', values, 'uint8').min).toBeCloseTo(-50, 0)
})

test('percentile keeps all of a tensor too small to cut anything off', () => {
  expect(rangeOf('percentile', [-1, 2, 100], 'uint8')).toEqual({ min: -1, max: 100 })
})

describe('mse', () => {
  const cases = Object.keys(shapes).flatMap(shape => grids.map(grid => [shape, grid] as const))

  test.for(cases)('no range shrunk by hand has a clearly smaller error: %s, %s', ([shape, grid]) => {
    const values = shapes[shape]!
    const chosen = quantizationError(values, rangeOf('mse', values, grid), grid)
    const full = rangeOf('minmax', values, grid)
    const shares = Array.from({ length: 20 }, (_, i) => (i + 1) / 20)
    const lows = grid === 'int8' || full.min === 0 ? [1] : shares
    const highs = full.max === 0 ? [1] : shares
    const grown = (low: number, high: number) =>
      grid === 'int8'
        ? { min: full.min * high, max: full.max * high }
        : { min: full.min * low, max: full.max * high }
    const errors = lows.flatMap(low => highs.map(high => quantizationError(values, grown(low, high), grid)))
    expect(chosen).toBeLessThanOrEqual(1.02 * Math.min(...errors))
  })

  test('cuts one outlier among millions off, but hardly one among thousands', () => {
    const histogram = createHistogram()
    addToHistogram(histogram, Float32Array.of(30), 'power-of-two')
    addToHistogram(histogram, shapes.normal!, 'power-of-two')
    // With n values on a range of length r it pays to cut off about n r / (12 x 255^2) of it: 0.9 here, 130 below.
    expect(methods.mse.range(histogram, 'uint8').max).toBeCloseTo(29.1, 0)
    for (let i = 1; i < 150; i++) addToHistogram(histogram, shapes.normal!, 'power-of-two')
    const { max } = methods.mse.range(histogram, 'uint8')
    expect(max).toBeLessThan(8)
    expect(max).toBeGreaterThan(3)
  })

  test('keeps what a grid represents exactly', () => {
    const levels = Float32Array.from({ length: 256 }, (_, i) => i)
    expect(rangeOf('mse', levels, 'uint8')).toEqual({ min: 0, max: 255 })
  })
})

describe('entropy', () => {
  test('depends on the order of the samples, as it does in TensorRT', () => {
    const [small, large] = [shapes.ReLU!.map(x => x / 3), shapes.ReLU!]
    const range = (samples: Float32Array[]) => {
      const histogram = createHistogram()
      for (const sample of samples) addToHistogram(histogram, sample, methods.entropy.initialRange)
      return methods.entropy.range(histogram, 'int8')
    }
    expect(range([small, large])).not.toEqual(range([large, small]))
    expect(range([small, large])).toEqual(range([small, large]))
  })

  test('may reach beyond the largest value on the int8 grid, and does not where there is a zero point', () => {
    // All mass at the top: nothing can be cut off, and the threshold is the last bin's centre.
    const values = new Float32Array(1000).fill(4)
    expect(rangeOf('entropy', values, 'int8').max).toBe((2048.5 / 2048) * 4)
    expect(rangeOf('entropy', values, 'uint8')).toEqual({ min: 0, max: 4 })
  })
})
