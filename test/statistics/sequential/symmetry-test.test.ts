import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { type SymmetryEvidence, symmetryTest } from '../../../src/statistics/sequential/symmetry-test.ts'

const alphas = { alphaViolated: 0.01, alphaUpheld: 0.05 }

/** After how many of the distances it decides, and what. */
function decide(distances: Iterable<number>, evidence?: SymmetryEvidence) {
  const test = symmetryTest({ ...alphas, ...(evidence && { evidence }) })
  let count = 0
  for (const distance of distances) {
    count++
    const decision = test.add(distance)
    if (decision) return { decision, count }
  }
  return { decision: undefined, count }
}

test('a clear case is decided in either direction, upheld earlier because its alpha is larger', () => {
  expect(decide(Array(20).fill(0.02))).toEqual({ decision: 'violated', count: 10 })
  expect(decide(Array(20).fill(-0.02))).toEqual({ decision: 'upheld', count: 7 })
})

test('distances that are as often positive as negative, or none, decide nothing', () => {
  expect(decide(Array.from({ length: 200 }, (_, i) => (i % 2 ? 0.01 : -0.01))).decision).toBeUndefined()
  expect(decide(Array(200).fill(0)).decision).toBeUndefined()
})

test('a decision stays, whatever comes after it', () => {
  const test = symmetryTest(alphas)
  for (let i = 0; i < 20; i++) test.add(0.02)
  for (let i = 0; i < 200; i++) expect(test.add(-0.02)).toBe('violated')
})

test('evidence that went through a file goes on from where it stopped', () => {
  const distances = Array(20).fill(0.02)
  const first = symmetryTest(alphas)
  for (const distance of distances.slice(0, 5)) expect(first.add(distance)).toBeUndefined()
  const kept = JSON.parse(JSON.stringify(first.evidence)) as SymmetryEvidence
  const { count } = decide(distances)
  expect(decide(distances.slice(5), kept)).toEqual({ decision: 'violated', count: count - 5 })
})

test('at the boundary each decision is as rare as its alpha says, although it is looked at every time', () => {
  const random = seededRandom(5)
  const runs = 2000
  const counts = { violated: 0, upheld: 0 }
  for (let run = 0; run < runs; run++) {
    const { decision } = decide(Array.from({ length: 60 }, () => random() - random()))
    if (decision) counts[decision]++
  }
  // Three standard errors above alpha.
  expect(counts.violated / runs).toBeLessThan(0.01 + 3 * Math.sqrt((0.01 * 0.99) / runs))
  expect(counts.upheld / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs))
  expect(counts.upheld).toBeGreaterThan(0)
})

test('an alpha that is none is refused', () => {
  expect(() => symmetryTest({ ...alphas, alphaUpheld: 1 })).toThrow('alphaUpheld is 1, not between 0 and 1')
})
