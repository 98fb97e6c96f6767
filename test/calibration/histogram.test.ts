import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addToHistogram,
  binCount,
  createHistogram,
  type Histogram,
  type InitialRange,
  mergeHistograms,
} from '../../src/calibration/histogram.ts'
import { randomFloats } from '../support/random-floats.ts'

const finite = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  // Values on the edges of bins.
  fc.integer({ min: -20, max: 20 }).map(n => 2 ** n),
  fc.integer({ min: -8, max: 8 }),
)
const batches = fc.array(fc.array(finite, { maxLength: 30 }), { minLength: 1, maxLength: 8 })

function histogramOf(samples: readonly Iterable<number>[], initialRange: InitialRange): Histogram {
  const histogram = createHistogram()
  for (const sample of samples) addToHistogram(histogram, Float32Array.from(sample), initialRange)
  return histogram
}

function inFull({ negative, positive, ...rest }: Histogram) {
  return { ...rest, negative: [...negative], positive: [...positive] }
}

function sum(bins: Float64Array): number {
  return bins.reduce((total, count) => total + count, 0)
}

test('extremes and counts are exact for any values', () => {
  fc.assert(
    fc.property(batches, samples => {
      const values = samples.flat()
      for (const start of ['power-of-two', 'first-maximum'] as const) {
        const histogram = histogramOf(samples, start)
        expect(histogram.min).toBe(Math.min(...values) + 0)
        expect(histogram.max).toBe(Math.max(...values) + 0)
        expect(histogram.count).toBe(values.length)
        expect(histogram.zeros).toBe(values.filter(x => x === 0).length)
        expect(sum(histogram.positive)).toBe(values.filter(x => x > 0).length)
        expect(sum(histogram.negative)).toBe(values.filter(x => x < 0).length)
      }
    }),
  )
})

test('from a power of two, every value lies in the bin that holds its magnitude', () => {
  fc.assert(
    fc.property(batches, samples => {
      const { width, positive, negative } = histogramOf(samples, 'power-of-two')
      const expected = { positive: new Float64Array(binCount), negative: new Float64Array(binCount) }
      for (const x of samples.flat()) {
        if (x !== 0)
          expected[x > 0 ? 'positive' : 'negative'][Math.floor(Math.fround(Math.abs(x) / width))]!++
      }
      expect(Buffer.from(positive.buffer).equals(Buffer.from(expected.positive.buffer))).toBe(true)
      expect(Buffer.from(negative.buffer).equals(Buffer.from(expected.negative.buffer))).toBe(true)
    }),
  )
})

test('from a power of two, neither the order of the samples nor the size of a batch matters', () => {
  fc.assert(
    fc.property(batches, fc.integer(), (samples, seed) => {
      const values = samples.flat()
      const whole = histogramOf([values], 'power-of-two')
      const cut = Math.abs(seed) % (values.length + 1)
      const others = [samples, samples.toReversed(), [values.slice(cut), values.slice(0, cut)]]
      for (const other of others) {
        // Text, because comparing 4,096 counts one by one is slow.
        expect(JSON.stringify(inFull(histogramOf(other, 'power-of-two')))).toBe(JSON.stringify(inFull(whole)))
      }
    }),
  )
})

test("TensorRT's rule takes the width from the first sample and doubles it for a larger one", () => {
  expect(histogramOf([[3], [13]], 'first-maximum').width).toBe((3 * 8) / binCount)
  expect(histogramOf([[13], [3]], 'first-maximum').width).toBe(13 / binCount)
  // The first sample that is not all zero, since zeros give no width.
  expect(histogramOf([[0, 0], [3], [13]], 'first-maximum').width).toBe((3 * 8) / binCount)
})

test('a value equal to the range falls into the last bin and does not double it', () => {
  const { width, positive } = histogramOf([[4, 0.5]], 'first-maximum')
  expect(width).toBe(4 / binCount)
  expect(positive[binCount - 1]).toBe(1)
  expect(positive[binCount / 8]).toBe(1)
})

test('counts of two histograms that began alike add up to those of all values', () => {
  fc.assert(
    fc.property(batches, batches, (some, others) => {
      const merged = histogramOf(some, 'power-of-two')
      mergeHistograms(merged, histogramOf(others, 'power-of-two'))
      const whole = histogramOf([...some, ...others], 'power-of-two')
      expect(JSON.stringify(inFull(merged))).toBe(JSON.stringify(inFull(whole)))
    }),
  )
  const { width } = histogramOf([[3]], 'first-maximum')
  const [merged, other] = [histogramOf([[3], [2, -1]], 'first-maximum'), { ...createHistogram(), width }]
  addToHistogram(other, Float32Array.of(13, 0), 'first-maximum')
  mergeHistograms(merged, other)
  expect(merged).toEqual(histogramOf([[3], [2, -1], [13, 0]], 'first-maximum'))
})

test('clamped values are counted as the values that a Clip gives', () => {
  fc.assert(
    fc.property(batches, fc.constantFrom([0, Infinity], [0, 6], [-3, 3]), (samples, [min, max]) => {
      const clamp = { min: min!, max: max! }
      const clipped = samples.map(sample => sample.map(x => Math.min(Math.max(x, clamp.min), clamp.max)))
      for (const start of ['power-of-two', 'first-maximum'] as const) {
        const histogram = createHistogram()
        for (const sample of samples) addToHistogram(histogram, Float32Array.from(sample), start, clamp)
        expect(JSON.stringify(inFull(histogram))).toBe(JSON.stringify(inFull(histogramOf(clipped, start))))
      }
    }),
  )
})

test('memory stays constant while samples and their range grow', () => {
  const histogram = createHistogram()
  const { positive, negative } = histogram
  for (let sample = 0; sample < 200; sample++) {
    addToHistogram(histogram, randomFloats(500, `sample ${sample}`, 1.1 ** sample), 'first-maximum')
  }
  expect(histogram.positive).toBe(positive)
  expect(histogram.negative).toBe(negative)
  expect(positive).toHaveLength(2048)
  expect(histogram.count).toBe(100_000)
})

test('NaN and infinite values are counted apart and change nothing else', () => {
  const clean = histogramOf([[1, -2, 0]], 'power-of-two')
  const dirty = histogramOf([[1, Number.NaN, -2, Infinity, 0, -Infinity]], 'power-of-two')
  expect(dirty).toEqual({ ...clean, infinite: 2, nan: 1 })
})
