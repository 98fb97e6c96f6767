import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { klThreshold } from '../../../src/calibration/methods/kl-threshold.ts'
import { divergence } from '../../support/divergence.ts'
import { randomFloats } from '../../support/random-floats.ts'
import { missing, shared } from '../../support/shared.ts'

/** Histogram of |x|, x spread as by a distribution's inverse. */
function histogram(spread: (uniform: number) => number, seed: string, values = 20_000): Float64Array {
  const magnitudes = randomFloats(values, seed).map(u => spread(Math.abs(u)))
  const width = Math.max(...magnitudes) / 2048
  const counts = new Float64Array(2048)
  for (const x of magnitudes) counts[Math.min(Math.floor(x / width), 2047)]!++
  return counts
}

const exponential = (u: number) => -Math.log(1 - u)
const shapes: Record<string, (u: number) => number> = {
  uniform: u => u,
  exponential,
  'mostly zero': u => (u < 0.9 ? 0 : exponential(u)),
  'one far outlier': u => (u > 0.9999 ? 40 : u),
  'a few levels': u => Math.floor(u * 12) / 12,
}

test.for(Object.keys(shapes))('no threshold is better than the one chosen: %s', shape => {
  const counts = histogram(shapes[shape]!, shape)
  const chosen = klThreshold(counts)
  let smallest = Infinity
  for (let i = 128; i <= 2048; i++) smallest = Math.min(smallest, divergence(counts, i))
  expect(divergence(counts, chosen)).toBeCloseTo(smallest, 9)
})

test('thresholds of any small histogram are as good as those of a search by brute force', () => {
  const bins = fc.array(fc.oneof(fc.constant(0), fc.nat(1000)), { minLength: 160, maxLength: 200 })
  fc.assert(
    fc.property(bins, values => {
      const counts = Float64Array.from([...values, 1])
      const thresholds = Array.from({ length: counts.length - 127 }, (_, n) => divergence(counts, 128 + n))
      expect(divergence(counts, klThreshold(counts))).toBeCloseTo(Math.min(...thresholds), 9)
    }),
    { numRuns: 50 },
  )
})

test('the first of equally good thresholds wins', () => {
  // Nothing above bin 100: P and Q are the same for every i that has a level for each bin, 128 first.
  const counts = new Float64Array(2048)
  counts.fill(7, 1, 100)
  expect(klThreshold(counts)).toBe(128)
})

test('an image of a few greys keeps all of them, as in the cache that TensorRT 10.6 wrote for one', () => {
  // Multiples of 1/8, how often each is there. One of them and all others as outliers diverge as little as all of them.
  const greys = [13, 13, 13, 13, 14, 14, 17, 152]
  const counts = new Float64Array(2048)
  for (const [grey, count] of greys.entries()) counts[Math.min(256 * (grey + 1), 2047)] = count
  expect(klThreshold(counts)).toBe(2048)
})

test('bin 0 counts as much as bin 1: zeros and what is near them do not matter', () => {
  const counts = histogram(exponential, 'spike')
  const spike = counts.slice()
  spike[0] = 1e9
  expect(klThreshold(spike)).toBe(klThreshold(counts))
})

test('an outlier is cut off where the rest fills the levels', () => {
  const uniform = histogram(u => u, 'uniform')
  expect(klThreshold(uniform)).toBeGreaterThan(1900)
  const withOutlier = new Float64Array(2048)
  for (let bin = 0; bin < 2048; bin++) withOutlier[bin >> 3]! += uniform[bin]!
  withOutlier[2047] = 1
  expect(klThreshold(withOutlier)).toBeLessThan(300)
})

interface Recorded {
  readonly model: string
  readonly tensor: string
  readonly counts: readonly number[]
  readonly index: number
}

const recording = shared('fixtures/tensorrt/recorded-10.6-h200/calibration/histograms.json')

/** Histograms of ONNX Runtime's activations, with the thresholds in the cache that TensorRT 10.6 wrote. */
test('TensorRT 10.6 chose the same threshold for every recorded histogram', async context => {
  const absent = missing(recording)
  if (absent) return context.skip(absent)
  const { tensors } = JSON.parse(await readFile(recording, 'utf8')) as { tensors: Recorded[] }
  expect(tensors.length).toBeGreaterThan(20)
  const padded = (counts: readonly number[]) =>
    Float64Array.from({ length: 2048 }, (_, bin) => counts[bin] ?? 0)
  const chosen = tensors.map(({ model, tensor, counts }) => [model, tensor, klThreshold(padded(counts))])
  expect(chosen).toEqual(tensors.map(({ model, tensor, index }) => [model, tensor, index]))
})
