import { expect, test } from 'vitest'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { timeLimit } from '../../../src/builder/time-limit.ts'
import { allFloat, allInt8 } from '../../../src/builder/tuner/candidates.ts'
import { type Candidate, type TuneOptions, tune } from '../../../src/builder/tuner/tune.ts'
import type { SpeedRatio } from '../../../src/measure/compare-speed.ts'

function plan(name: string): Candidate {
  const choice = { of: 'build', file: 'x.onnx' } as const
  return { name, model: `${name}.onnx`, sha256: name, choice, int8: new Set([name]) }
}

const unlimited = timeLimit(Number.POSITIVE_INFINITY)

const { int8: _, ...float } = plan(allFloat)
const int8 = plan(allInt8)
const explicit: Candidate = {
  name: 'as user',
  model: 'user.onnx',
  sha256: 'user',
  choice: { of: 'explicit', variant: 'user' },
}

/** Tunes with given latencies in ms, as they are in the first ranking, and a given comparison at the end. */
async function tuned(
  candidates: readonly Candidate[],
  milliseconds: Readonly<Record<string, number>>,
  {
    slowdowns = [1],
    ratio = 1.2,
    lower = 1.1,
    upper = 1.3,
    ...options
  }: Partial<TuneOptions> & GivenTimes = {},
) {
  const ranked: string[][] = []
  const compared: { ids: string[]; seed: number }[] = []
  const result = await tune(
    candidates,
    { feeds: [], target: defaultTarget, seed: 3, onProgress: () => {}, time: unlimited, ...options },
    {
      rank: async contenders => {
        const slowdown = slowdowns[ranked.length] ?? 1
        const places = contenders.map(({ id }) => ({ id, milliseconds: slowdown * milliseconds[id]! }))
        ranked.push(contenders.map(({ id }) => id))
        return places.toSorted((a, b) => a.milliseconds - b.milliseconds)
      },
      compare: async (winner, other, { seed }): Promise<SpeedRatio> => {
        compared.push({ ids: [winner.id, other.id], seed })
        return { ratio, lower, upper, blocks: 8 }
      },
    },
  )
  return { ...result, ranked, compared }
}

interface GivenTimes {
  /** How much slower the machine is in each ranking. */
  readonly slowdowns?: readonly number[]
  /** What the comparison at the end finds. */
  readonly ratio?: number
  readonly lower?: number
  readonly upper?: number
}

test('the fastest plan is chosen if it is faster than all float with confidence', async () => {
  const mixed = plan('mixed')
  const found = await tuned([float, int8, mixed], { [allFloat]: 3, [allInt8]: 2, mixed: 1 })
  expect(found).toMatchObject({ chosen: mixed, best: mixed, incumbent: float })
  expect(found.confirmation).toEqual({
    plan: 'mixed',
    against: allFloat,
    ratio: 1.2,
    lower: 1.1,
    upper: 1.3,
    blocks: 8,
  })
  // With other coins than the ranking's.
  expect(found.compared).toEqual([{ ids: ['mixed', allFloat], seed: 4 }])
})

test('the incumbent stays if the best plan is not faster with confidence', async () => {
  const times = { [allFloat]: 3, [allInt8]: 2, 'as user': 2.5 }
  const found = await tuned([float, int8, explicit], times, { lower: 1, upper: 1.02 })
  expect(found).toMatchObject({ chosen: explicit, best: int8, incumbent: explicit })
  expect(found.compared).toMatchObject([{ ids: [allInt8, 'as user'] }])
})

test('noise that keeps a comparison from deciding is told, and float is not the answer for want of proof', async () => {
  const times = { [allFloat]: 3, [allInt8]: 2 }
  const found = await tuned([float, int8], times, { lower: 0.9 })
  expect(found).toMatchObject({ chosen: int8, undecided: true, confirmation: { lower: 0.9 } })
  // Once more, for longer, with other coins.
  expect(found.compared.map(({ seed }) => seed)).toEqual([4, 5])
  const tied = await tuned([float, int8], times, { lower: 0.99, upper: 1.01, ratio: 1.001 })
  expect(tied).toMatchObject({ chosen: float, compared: [{ seed: 4 }] })
  expect(tied.undecided).toBeUndefined()
  // What the user has already stays.
  const user = await tuned([float, int8, explicit], { ...times, 'as user': 2.5 }, { lower: 0.9 })
  expect(user).toMatchObject({ chosen: explicit, undecided: true })
})

test('a plan right behind float in the ranking is compared before float is the answer', async () => {
  const times = { [allFloat]: 2, [allInt8]: 2.1 }
  expect(await tuned([float, int8], times)).toMatchObject({ chosen: int8, incumbent: float })
  const slower = await tuned([float, int8], times, { lower: 0.93, ratio: 0.95, upper: 0.97 })
  expect(slower).toMatchObject({ chosen: float, best: int8 })
  expect((await tuned([float, int8], { ...times, [allInt8]: 2.3 })).compared).toEqual([])
})

test('neighbours are not tried if time is nearly over, and a comparison is not repeated', async () => {
  const times = { [allFloat]: 3, [allInt8]: 2, near: 1 }
  const neighbours = async () => [plan('near')]
  const found = await tuned([float, int8], times, {
    neighbours,
    lower: 0.9,
    time: { ...unlimited, left: () => 3 },
  })
  expect(found).toMatchObject({ best: int8, cutShort: true, ranked: [[allFloat, allInt8]] })
  expect(found.compared).toHaveLength(1)
})

test('a mixture that is hardly faster than a plan without is not worth it', async () => {
  const times = { [allFloat]: 3, [allInt8]: 2, mixed: 1.995 }
  expect((await tuned([float, int8, plan('mixed')], times)).best).toBe(int8)
  expect((await tuned([float, int8, plan('mixed')], { ...times, mixed: 1.98 })).best.name).toBe('mixed')
})

test('neighbours are tried as long as one of them is better, those that are known never again', async () => {
  const [mixed, near, nearer, behind] = ['mixed', 'near', 'nearer', 'behind'].map(plan)
  const neighbours = async ({ name }: Candidate) =>
    name === 'mixed' ? [near!, mixed!] : name === 'near' ? [near!, nearer!, behind!] : []
  const times = { [allFloat]: 9, [allInt8]: 8, mixed: 5, near: 4, nearer: 3, behind: 7 }
  const found = await tuned([float, int8, mixed!], times, { neighbours })
  expect(found.ranked).toEqual([
    [allFloat, allInt8, 'mixed'],
    ['mixed', allFloat, allInt8, 'near'],
    ['near', allFloat, allInt8, 'nearer', 'behind'],
  ])
  expect(found.best.name).toBe('nearer')
  const none = await tuned([float, int8, mixed!], { ...times, near: 6 }, { neighbours })
  expect(none.ranked).toHaveLength(2)
  expect(none.best.name).toBe('mixed')
})

test('times of later rankings are told in the measure of the first', async () => {
  const neighbours = async () => [plan('near')]
  const times = { [allFloat]: 4, [allInt8]: 2, near: 1 }
  const { candidates } = await tuned([float, int8], times, { neighbours, slowdowns: [1, 2] })
  expect(candidates).toEqual([
    { name: allFloat, milliseconds: 4 },
    { name: allInt8, milliseconds: 2 },
    { name: 'near', milliseconds: 1 },
  ])
})

test('equal models are timed once, and the best that is the incumbent is compared with nothing', async () => {
  const same = { ...explicit, sha256: int8.sha256 }
  const found = await tuned([float, int8, same], { [allFloat]: 3, [allInt8]: 2 })
  expect(found.ranked).toEqual([[allFloat, allInt8]])
  expect(found).toMatchObject({ chosen: int8, best: int8, incumbent: same, compared: [] })
  expect(found.confirmation).toBeUndefined()
})

test('where float is faster than the explicit placement, the plan has to beat float', async () => {
  const mixed = plan('mixed')
  const times = { [allFloat]: 2, [allInt8]: 3, mixed: 1.5, 'as user': 4 }
  // What bounds the outputs may leave little of a plan: it is far faster than the placement, and slower than float.
  const settled = { settle: async () => plan('mixed with less INT8') }
  const found = await tuned([float, int8, mixed, explicit], times, {
    ...settled,
    ratio: 0.94,
    lower: 0.92,
    upper: 0.97,
  })
  expect(found).toMatchObject({ chosen: float, incumbent: float })
  expect(found.compared.map(({ ids }) => ids)).toEqual([['mixed with less INT8', allFloat]])
  const same = await tuned([float, int8, explicit], { ...times, [allFloat]: 1 })
  expect(same).toMatchObject({ chosen: float, best: float, compared: [] })
})

test('what settles it has the last word before the comparison', async () => {
  const times = { [allFloat]: 3, [allInt8]: 2, mixed: 1 }
  const found = await tuned([float, int8, plan('mixed')], times, { settle: async () => int8 })
  expect(found).toMatchObject({ chosen: int8, best: int8, compared: [{ ids: [allInt8, allFloat] }] })
})
