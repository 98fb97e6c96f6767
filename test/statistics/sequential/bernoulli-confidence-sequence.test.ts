import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bisect } from '../../../src/statistics/bisect.ts'
import { clopperPearson } from '../../../src/statistics/intervals/clopper-pearson.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import {
  bernoulliConfidenceSequence,
  logBetaBinomialMixture,
} from '../../../src/statistics/sequential/bernoulli-confidence-sequence.ts'
import { mostRejections } from '../simulate.ts'

describe('logBetaBinomialMixture', () => {
  // The tests of the package confseq: values in [-0.2, 0.8], tuned for a variance of 100.
  test('is that of confseq, and so is its bound at alpha 0.05', () => {
    const support = { below: 0.2, above: 0.8 }
    const log = (sum: number) => logBetaBinomialMixture(sum, 100, support, 100)
    expect(log(10)).toBeCloseTo(-0.6941012, 6)
    expect(bisect(sum => -Math.log(0.05) - log(sum), 0, 499)).toBeCloseTo(31.4308, 4)
  })
})

describe('bernoulliConfidenceSequence', () => {
  test('of 700 / 1000 is that of confseq', () => {
    const { lower, upper } = bernoulliConfidenceSequence(700, 1000, { tunedFor: 100 })
    expect(lower).toBeCloseTo(0.651629, 5)
    expect(upper).toBeCloseTo(0.745949, 5)
  })

  test('holds the exact interval, and is mirrored for failures', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (successes, failures) => {
        fc.pre(successes + failures > 0)
        const total = successes + failures
        const { lower, upper } = bernoulliConfidenceSequence(successes, total, { tunedFor: 200 })
        const exact = clopperPearson(successes, total)
        expect(lower).toBeLessThanOrEqual(exact.lower + 1e-9)
        expect(upper).toBeGreaterThanOrEqual(exact.upper - 1e-9)
        const mirror = bernoulliConfidenceSequence(failures, total, { tunedFor: 200 })
        expect(mirror.lower).toBeCloseTo(1 - upper, 9)
      }),
    )
  })

  // Looked at after every sample Clopper and Pearson's interval misses in 4 of 10 such runs.
  test('looked at after every sample, misses the proportion in few runs', () => {
    const random = seededRandom(4)
    const [runs, truth] = [300, 0.1]
    let missed = 0
    for (let run = 0; run < runs; run++) {
      let successes = 0
      for (let n = 1; n <= 400; n++) {
        if (random() < truth) successes++
        if (n % 5 > 0) continue
        const { lower, upper } = bernoulliConfidenceSequence(successes, n, { tunedFor: 200 })
        if (truth >= lower && truth <= upper) continue
        missed++
        break
      }
    }
    expect(missed).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(missed).toBeGreaterThan(0)
  })

  test.each([
    [0, 0],
    [3, 2],
    [-1, 2],
    [Number.NaN, 2],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses %d of %d', (successes, total) => {
    expect(() => bernoulliConfidenceSequence(successes, total, { tunedFor: 10 })).toThrow(RangeError)
  })

  test('refuses options out of range', () => {
    expect(() => bernoulliConfidenceSequence(1, 2, { tunedFor: 0 })).toThrow(RangeError)
    expect(() => bernoulliConfidenceSequence(1, 2, { tunedFor: 10, confidence: 1 })).toThrow(RangeError)
  })
})
