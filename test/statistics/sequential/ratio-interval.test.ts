import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { ratioInterval } from '../../../src/statistics/sequential/ratio-interval.ts'
import { RatioTest } from '../../../src/statistics/sequential/ratio-test.ts'

const alphas = { alphaViolated: 0.01, alphaUpheld: 0.05 }

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

test('8 blocks of 0.01 apart: the least and the greatest are its ends', () => {
  const blocks = [0.01, 0.05, 0.02, 0.08, 0.03, 0.06, 0.04, 0.07]
  const { lower, upper } = ratioInterval(blocks, { ...alphas, maxBlocks: 60, seed: 1 })
  expect(lower).toBeCloseTo(0.01, 3)
  expect(upper).toBeLessThanOrEqual(0.08 + 1e-9)
  expect(upper).toBeGreaterThan(0.06)
})

test('too few blocks for a verdict leave its side open', () => {
  const options = { ...alphas, maxBlocks: 60, seed: 1 }
  expect(ratioInterval([1, 2, 3], options)).toEqual({ lower: -Infinity, upper: Infinity })
  const six = ratioInterval([1, 2, 3, 4, 5, 6], options)
  expect(six.lower).toBe(-Infinity)
  expect(six.upper).toBeLessThan(Infinity)
})

test('no verdict stands beside an interval that allows the opposite', () => {
  const random = seededRandom(5)
  let [decided, contradictions] = [0, 0]
  for (let run = 0; run < 80; run++) {
    const seed = 1000 + run
    const spread = [0.002, 0.01, 0.05][run % 3]!
    const boundary = 0.01
    const truth = boundary + spread * (4 * random() - 2)
    const ratio = new RatioTest({ boundary, maxBlocks: 24, ...alphas, random: seededRandom(seed) })
    // Skewed and with spikes, as latencies are.
    const block = () => truth + spread * (normal(random) + (random() < 0.05 ? 8 * random() : 0))
    while (ratio.verdict === undefined && ratio.blocks.length < 24) ratio.add(block())
    if (!ratio.verdict) continue
    decided++
    const { lower, upper } = ratioInterval(ratio.blocks, { ...alphas, maxBlocks: 24, seed, boundary })
    if (ratio.verdict === 'violated' ? lower < boundary : upper > boundary) {
      contradictions++
    }
  }
  expect(decided).toBeGreaterThan(40)
  expect(contradictions).toBe(0)
})

test('holds the truth in at least 94% of the runs, whenever they end', () => {
  const random = seededRandom(6)
  const runs = 50
  let covered = 0
  for (let run = 0; run < runs; run++) {
    const count = 8 + Math.floor(random() * 20)
    const blocks = Array.from({ length: count }, () => 0.1 + 0.01 * normal(random))
    const { lower, upper } = ratioInterval(blocks, { ...alphas, maxBlocks: 60, seed: run })
    if (lower <= 0.1 && 0.1 <= upper) covered++
  }
  // The 1st percentile of the binomial at 94%.
  expect(covered).toBeGreaterThan(0.94 * runs - 2.33 * Math.sqrt(runs * 0.94 * 0.06))
})

test('blocks that are all equal leave nothing but themselves', () => {
  const blocks = Array<number>(8).fill(0.25)
  expect(ratioInterval(blocks, { ...alphas, maxBlocks: 60, seed: 1 })).toEqual({ lower: 0.25, upper: 0.25 })
})

test('moves with the blocks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 8, maxLength: 20 }),
      fc.constantFrom(-0.5, 0.25, 1),
      (tenThousandths, shift) => {
        const blocks = tenThousandths.map(each => each / 10_000)
        const options = { ...alphas, maxBlocks: 60, seed: 3 }
        const one = ratioInterval(blocks, options)
        const other = ratioInterval(
          blocks.map(block => block + shift),
          options,
        )
        expect(other.lower - shift).toBeCloseTo(one.lower, 4)
        expect(other.upper - shift).toBeCloseTo(one.upper, 4)
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

test.each([[[]], [[1, Number.NaN]]])('refuses %j', blocks => {
  expect(() => ratioInterval(blocks, { ...alphas, maxBlocks: 60, seed: 1 })).toThrow(RangeError)
})
