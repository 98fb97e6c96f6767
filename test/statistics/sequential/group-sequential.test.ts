import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import {
  groupSequentialBoundaries,
  spendings,
} from '../../../src/statistics/sequential/group-sequential-boundaries.ts'
import { groupSequentialTango } from '../../../src/statistics/sequential/group-sequential-tango.ts'
import { mostRejections } from '../simulate.ts'

const evenly = (looks: number) => Array.from({ length: looks }, (_, i) => (i + 1) / looks)

describe('boundaries of five looks at a one-sided alpha of 0.025', () => {
  // ldBounds and gsDesign, as published for the functions of Lan and DeMets.
  test.each([
    ['pocock', [2.438, 2.4268, 2.4102, 2.3966, 2.386]],
    ['obrienFleming', [4.8769, 3.357, 2.6803, 2.2898, 2.031]],
  ] as const)('%s', (spending, published) => {
    const boundaries = groupSequentialBoundaries(evenly(5), 0.025, spendings[spending])
    for (const [look, boundary] of boundaries.entries()) expect(boundary).toBeCloseTo(published[look]!, 3)
  })

  test('ten looks with Pocock spending at a one-sided alpha of 0.05', () => {
    const published = [2.412, 2.363, 2.317, 2.28, 2.25, 2.225, 2.204, 2.187, 2.171, 2.158]
    const boundaries = groupSequentialBoundaries(evenly(10), 0.05, spendings.pocock)
    expect(boundaries.map(boundary => Number(boundary.toFixed(3)))).toEqual(published)
  })

  test('one look is the usual test', () => {
    expect(groupSequentialBoundaries([1], 0.05, spendings.pocock)[0]).toBeCloseTo(1.6449, 3)
  })

  test.each([[[0.5]], [[0.5, 0.5, 1]], [[]]])('refuses looks at %j', fractions => {
    expect(() => groupSequentialBoundaries(fractions, 0.05, spendings.pocock)).toThrow(RangeError)
  })
})

describe('groupSequentialTango', () => {
  const samples = 4000

  // It keeps no state, and its boundaries take a third of a second.
  const look = groupSequentialTango({ limit: 0.02, samples, alphaViolated: 0.05 })

  /** The verdict and after how many samples, with outcomes drawn at random. */
  function decide(random: () => number, gap: number, discordance: number) {
    const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }
    for (let n = 1; n <= samples; n++) {
      const u = random()
      if (u < (discordance + gap) / 2) counts.onlyFirst++
      else if (u < discordance) counts.onlySecond++
      else counts.bothRight++
      if (n % (samples / 10) > 0) continue
      const verdict = look(counts)
      if (verdict) return { verdict, n }
    }
    return { verdict: 'inconclusive', n: samples }
  }

  test('at the limit keeps both errors within alpha', () => {
    const random = seededRandom(1)
    const runs = 1000
    const verdicts = Array.from({ length: runs }, () => decide(random, 0.02, 0.1).verdict)
    const count = (verdict: string) => verdicts.filter(found => found === verdict).length
    expect(count('upheld')).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(count('violated')).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test('decides a clear case on a part of the samples', () => {
    const random = seededRandom(2)
    expect(decide(random, 0, 0.02)).toEqual({ verdict: 'upheld', n: expect.any(Number) })
    expect(decide(random, 0, 0.02).n).toBeLessThan(samples)
    expect(decide(random, 0.06, 0.1)).toMatchObject({ verdict: 'violated' })
  })

  test('says nothing before the first look', () => {
    const look = groupSequentialTango({ limit: 0.01, samples })
    expect(look({ bothRight: 0, onlyFirst: 50, onlySecond: 0, bothWrong: 0 })).toBeUndefined()
  })
})
