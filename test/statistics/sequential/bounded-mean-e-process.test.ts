import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { gapEvidence } from '../../../src/statistics/sequential/betting-e-process.ts'
import {
  addToBoundedMean,
  type BoundedMeanOptions,
  boundedMeanEvidence,
  startBoundedMean,
} from '../../../src/statistics/sequential/bounded-mean-e-process.ts'
import { mostRejections } from '../simulate.ts'

const run = (values: readonly number[], options: BoundedMeanOptions, from = startBoundedMean) =>
  values.reduce((state, value) => addToBoundedMean(state, value, options), from)
const differences = fc.array(fc.constantFrom(-1, 0, 1), { minLength: 1, maxLength: 200 })
const limits = fc.integer({ min: -50, max: 50 }).map(percent => percent / 100)

/** Differences of a set with so many of each kind, in random order. */
function drawn(
  counts: readonly [better: number, same: number, worse: number],
  random: () => number,
): number[] {
  return [1, 0, -1]
    .flatMap((value, kind) => Array.from({ length: counts[kind]! }, () => ({ value, key: random() })))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
}

/** Values until the evidence reaches 1 / alpha; undefined where it never does. */
function decided(
  values: readonly number[],
  options: BoundedMeanOptions,
  side: 'upheld' | 'violated',
): number | undefined {
  let state = startBoundedMean
  for (const value of values) {
    state = addToBoundedMean(state, value, options)
    if (boundedMeanEvidence(state)[side] >= 20) return state.count
  }
  return undefined
}

describe('bounded-mean e-process', () => {
  test('on differences of right and wrong has the evidence of their counts', () => {
    fc.assert(
      fc.property(differences, limits, (values, limit) => {
        const count = (of: number) => values.filter(value => value === of).length
        const counts = { bothRight: count(0), onlyFirst: count(1), onlySecond: count(-1), bothWrong: 0 }
        const [one, other] = [gapEvidence(counts, limit), boundedMeanEvidence(run(values, { limit }))]
        expect(Math.log(other.upheld)).toBeCloseTo(Math.log(one.upheld), 8)
        expect(Math.log(other.violated)).toBeCloseTo(Math.log(one.violated), 8)
      }),
    )
  })

  test('goes on where it stopped, also from its JSON', () => {
    fc.assert(
      fc.property(differences, differences, limits, (one, other, limit) => {
        const options = { limit, population: one.length + other.length }
        const kept = JSON.parse(JSON.stringify(run(one, options))) as typeof startBoundedMean
        expect(run(other, options, kept)).toEqual(run([...one, ...other], options))
      }),
    )
  })

  test('of a whole set is certain, and never of the wrong side', () => {
    fc.assert(
      fc.property(differences, limits, (values, limit) => {
        const state = run(values, { limit, population: values.length })
        const excess = state.sum - values.length * limit
        fc.pre(Math.abs(excess) > 1e-3)
        const { upheld, violated } = boundedMeanEvidence(state)
        expect([upheld, violated].indexOf(Infinity)).toBe(excess < 0 ? 0 : 1)
        expect(Math.min(upheld, violated)).toBeLessThan(Infinity)
      }),
    )
  })

  test('decides a finite set on a part of it, sooner than values without end', () => {
    const values = drawn([10, 3980, 10], seededRandom(1))
    const finite = decided(values, { limit: 0.01, population: values.length }, 'upheld')!
    expect(finite).toBeLessThan(0.5 * values.length)
    expect(finite).toBeLessThan(decided(values, { limit: 0.01 }, 'upheld')!)
  })

  test.each([
    ['upheld', [60, 910, 30]],
    ['violated', [60, 910, 30]],
  ] as const)('looked at after every value of a finite set, is falsely %s in few runs', (side, counts) => {
    const random = seededRandom(9)
    const runs = 300
    let alarms = 0
    for (let i = 0; i < runs; i++) {
      if (decided(drawn(counts, random), { limit: 0.03, population: 1000 }, side)) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(alarms).toBeGreaterThan(0)
  })

  test('takes any score within its bounds, and errs within alpha on it', () => {
    const random = seededRandom(5)
    const runs = 300
    let alarms = 0
    for (let i = 0; i < runs; i++) {
      const values = Array.from({ length: 300 }, () => 0.4 * random() - 0.1)
      if (decided(values, { limit: 0.1 }, 'violated')) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(decided(Array(300).fill(0.3) as number[], { limit: 0.1 }, 'violated')).toBeLessThan(60)
  })

  test.each([
    ['a value of 2', [2], { limit: 0 }],
    ['NaN', [Number.NaN], { limit: 0 }],
    ['a limit of 1', [0], { limit: 1 }],
    ['more values than there are', [0, 0, 0], { limit: 0, population: 2 }],
  ])('refuses %s', (_, values, options) => {
    expect(() => run(values, options)).toThrow(RangeError)
  })
})
