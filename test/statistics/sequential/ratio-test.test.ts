import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { RatioTest, type RatioTestOptions } from '../../../src/statistics/sequential/ratio-test.ts'
import { machines, mostRejections, simulateBlocks } from '../simulate.ts'

type Verdict = 'upheld' | 'violated' | 'inconclusive'
type Settings = Partial<Omit<RatioTestOptions, 'random'>> & { seed?: number }

/** The verdict after all blocks, and how many it took. */
function decide(blocks: readonly number[], settings: Settings = {}): { verdict: Verdict; blocks: number } {
  const { seed = 1, ...options } = settings
  const test = new RatioTest({ boundary: 0, maxBlocks: 60, ...options, random: seededRandom(seed) })
  const index = blocks.findIndex(block => test.add(block) !== undefined)
  return { verdict: test.verdict ?? 'inconclusive', blocks: index < 0 ? blocks.length : index + 1 }
}

const equalAlphas = { alphaViolated: 0.05, alphaUpheld: 0.05 }
const opposite: Record<Verdict, Verdict> = {
  upheld: 'violated',
  violated: 'upheld',
  inconclusive: 'inconclusive',
}

/** Log ratios around a centre that a test can see, cannot see, or sees late. */
const blocks = fc
  .tuple(
    fc.constantFrom(-0.03, -0.01, -0.005, 0, 0.005, 0.01, 0.03),
    fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 30, maxLength: 30 }),
  )
  .map(([centre, noise]) => noise.map(some => centre + some))

describe('RatioTest', () => {
  test('finds a clear slow-down violated and a clear speed-up upheld', () => {
    const random = seededRandom(1)
    const slower = Array.from({ length: 60 }, () => 0.03 + 0.01 * (random() - 0.5))
    expect(decide(slower).verdict).toBe('violated')
    expect(decide(slower.map(block => -block)).verdict).toBe('upheld')
  })

  test('needs 8 blocks for a violation and 6 to uphold, by default and at most 60', () => {
    const equal = Array.from({ length: 60 }, () => 0.03)
    expect(decide(equal)).toEqual({ verdict: 'violated', blocks: 8 })
    expect(decide(equal.map(block => -block))).toEqual({ verdict: 'upheld', blocks: 6 })
  })

  test('gives no verdict before minBlocks', () => {
    const equal = Array.from({ length: 60 }, () => 0.03)
    expect(decide(equal, { minBlocks: 20 })).toEqual({ verdict: 'violated', blocks: 20 })
  })

  test('is inconclusive, never upheld, where the horizon comes first', () => {
    const alternating = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 0.01 : -0.01))
    expect(decide(alternating).verdict).toBe('inconclusive')
    expect(decide(Array.from({ length: 60 }, () => 0)).verdict).toBe('inconclusive')
  })

  test('swaps its verdict where the variants are swapped', () => {
    fc.assert(
      fc.property(blocks, fc.integer(), (some, seed) => {
        const settings = { maxBlocks: 30, seed, ...equalAlphas }
        const there = decide(some, settings)
        const back = decide(
          some.map(block => -block),
          settings,
        )
        expect(back).toEqual({ verdict: opposite[there.verdict], blocks: there.blocks })
      }),
    )
  })

  test('gives the same verdict with the same seed', () => {
    fc.assert(
      fc.property(blocks, fc.integer(), (some, seed) => {
        const settings = { maxBlocks: 30, seed }
        expect(decide(some, settings)).toEqual(decide(some, settings))
      }),
      { numRuns: 20 },
    )
  })

  test('never turns from violated into upheld where the first variant becomes slower still', () => {
    fc.assert(
      fc.property(blocks, fc.double({ min: 0, max: 0.05, noNaN: true }), (some, slowdown) => {
        const settings = { maxBlocks: 30, ...equalAlphas }
        fc.pre(decide(some, settings).verdict === 'violated')
        expect(
          decide(
            some.map(block => block + slowdown),
            settings,
          ).verdict,
        ).not.toBe('upheld')
      }),
      // No theorem, because the scale of the scores moves too: so the seed is fixed.
      { seed: 1 },
    )
  })

  test('with more alpha finds a violation no later', () => {
    fc.assert(
      fc.property(blocks, some => {
        const blocksTo = (alphaViolated: number) => {
          const { verdict, blocks } = decide(some, { maxBlocks: 30, alphaViolated, alphaUpheld: 0.01 })
          return verdict === 'violated' ? blocks : Number.POSITIVE_INFINITY
        }
        expect(blocksTo(0.05)).toBeLessThanOrEqual(blocksTo(0.01))
      }),
      // No theorem, because what an early look rejects a later one cannot: so the seed is fixed.
      { seed: 1 },
    )
  })

  test('depends only on the distance from the boundary', () => {
    // Sums of powers of 2, so that the distances are equal to the last bit.
    fc.assert(
      fc.property(blocks, fc.constantFrom(-0.5, 0.25), (some, boundary) => {
        const coarse = some.map(block => Math.round(block * 2 ** 20) / 2 ** 20)
        const moved = decide(
          coarse.map(block => block + boundary),
          { maxBlocks: 30, boundary },
        )
        expect(moved).toEqual(decide(coarse, { maxBlocks: 30 }))
      }),
      { numRuns: 50 },
    )
  })

  test('keeps its verdict and the blocks that it saw', () => {
    const test = new RatioTest({ boundary: 0, maxBlocks: 12, random: seededRandom(1) })
    for (let index = 0; index < 10; index++) test.add(0.03)
    expect(test.verdict).toBe('violated')
    test.add(-1)
    expect(test.add(-1)).toBe('violated')
    expect(test.blocks).toEqual([...Array.from({ length: 10 }, () => 0.03), -1, -1])
    expect(() => test.add(0)).toThrow(RangeError)
  })

  test.each([
    ['a boundary of NaN', { boundary: Number.NaN }],
    ['an infinite boundary', { boundary: Number.POSITIVE_INFINITY }],
    ['too few blocks for a verdict', { maxBlocks: 6 }],
    ['alpha 0', { alphaViolated: 0 }],
    ['alpha 1', { alphaUpheld: 1 }],
    ['more blocks at least than at most', { minBlocks: 61 }],
  ])('refuses %s', (_, settings) => {
    expect(() => decide([], settings)).toThrow(RangeError)
  })

  test.each([Number.NaN, Number.NEGATIVE_INFINITY])('refuses a block of %d', block => {
    expect(() => decide([block])).toThrow(RangeError)
  })
})

/** Verdicts of simulated measurements, `beyond` the boundary of 1%. */
function simulate(machine: string, beyond: number, options: { runs: number; seed: number } & Settings) {
  const { runs, seed, ...settings } = options
  const boundary = 0.01
  const random = seededRandom(seed)
  const verdicts = { upheld: 0, violated: 0, inconclusive: 0 }
  let total = 0
  for (let run = 0; run < runs; run++) {
    const nextBlock = simulateBlocks(machines[machine]!, boundary + beyond, random)
    const sequence = Array.from({ length: 60 }, nextBlock)
    const { verdict, blocks } = decide(sequence, { boundary, seed: seed + run, ...settings })
    verdicts[verdict]++
    total += blocks
  }
  return { ...verdicts, meanBlocks: total / runs }
}

// Looked at up to 18 times a run. Seeds are fixed: what these tests say, they say every time.
describe.each(Object.keys(machines))('RatioTest on a %s machine', machine => {
  test('at the boundary keeps false verdicts of either kind within alpha', () => {
    const runs = 200
    const { upheld, violated } = simulate(machine, 0, { runs, seed: 1, ...equalAlphas })
    expect(upheld).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(violated).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    // An exact test uses its alpha up; one that never rejects would be no test.
    expect(upheld + violated).toBeGreaterThanOrEqual(10)
  })

  test('1% off the boundary decides rightly in at least 99 of 100 runs, within 12 blocks on average', () => {
    const slower = simulate(machine, 0.01, { runs: 100, seed: 2 })
    expect(slower.violated).toBeGreaterThanOrEqual(99)
    expect(slower.meanBlocks).toBeLessThanOrEqual(12)
    const faster = simulate(machine, -0.01, { runs: 100, seed: 3 })
    expect(faster.upheld).toBeGreaterThanOrEqual(99)
    expect(faster.meanBlocks).toBeLessThanOrEqual(12)
  })
})

test('RatioTest at its default alpha raises a false alarm in at most 1% of runs', () => {
  const runs = 100
  const { violated } = simulate('disturbed', 0, { runs, seed: 4 })
  expect(violated).toBeLessThanOrEqual(mostRejections(runs, 0.01))
})
