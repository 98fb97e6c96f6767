import * as fc from 'fast-check'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import {
  addToSymmetryEProcess,
  startSymmetryEProcess,
  symmetryEValue,
} from '../../../src/statistics/sequential/symmetry-e-process.ts'
import { machines, mostRejections, normal, simulateBlocks } from '../simulate.ts'

const run = (values: readonly number[], from = startSymmetryEProcess) =>
  values.reduce(addToSymmetryEProcess, from)
const value = fc.integer({ min: -1000, max: 1000 }).map(x => x / 1000)

describe('symmetry e-process', () => {
  // With wealth that at most doubles, the earliest that there can be.
  test.each([
    [0.05, 6],
    [0.01, 9],
    [0.001, 12],
  ])('reaches 1 / %d with %i large values of one sign, not with one less', (alpha, count) => {
    // The first sets the scale; values 10 times as large as those before them count in full.
    const values = Array.from({ length: count }, (_, i) => 10 ** i)
    expect(symmetryEValue(run(values))).toBeGreaterThanOrEqual(1 / alpha)
    expect(symmetryEValue(run(values.slice(0, -1)))).toBeLessThan(1 / alpha)
  })

  test('goes on where it stopped, also from its JSON', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (one, other) => {
        const kept = JSON.parse(JSON.stringify(run(one))) as typeof startSymmetryEProcess
        expect(symmetryEValue(run(other, kept))).toBe(symmetryEValue(run([...one, ...other])))
      }),
    )
  })

  test('depends on nothing but the shape: the unit of the values is free', () => {
    fc.assert(
      fc.property(fc.array(value), some => {
        const doubled = some.map(x => 2 * x)
        expect(symmetryEValue(run(doubled))).toBeCloseTo(symmetryEValue(run(some)), 6)
      }),
    )
  })

  test.each([10, 30, 60])('has a mean of at most 1 after %i values around 0', count => {
    const random = seededRandom(count)
    const values = Array.from({ length: 2000 }, () =>
      symmetryEValue(run(Array.from({ length: count }, () => normal(random)))),
    )
    const error = sampleStandardDeviation(values) / Math.sqrt(values.length)
    expect(mean(values)).toBeLessThanOrEqual(1 + 3 * error)
  })

  test.each(Object.keys(machines))('raises few false alarms on a %s machine', machine => {
    const random = seededRandom(5)
    const runs = 300
    let alarms = 0
    for (let i = 0; i < runs; i++) {
      const next = simulateBlocks(machines[machine]!, 0, random)
      let state = startSymmetryEProcess
      for (let block = 0; block < 60 && symmetryEValue(state) < 20; block++) {
        state = addToSymmetryEProcess(state, next())
      }
      if (symmetryEValue(state) >= 20) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test.each([Number.NaN, Infinity])('refuses %d', x => {
    expect(() => run([x])).toThrow(RangeError)
  })
})
