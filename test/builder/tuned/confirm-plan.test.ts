import { describe, expect, test } from 'vitest'
import {
  type BuiltPlan,
  type ConfirmingTrials,
  confirmingBuilds,
  confirmPlan,
} from '../../../src/builder/tuned/confirm-plan.ts'
import type { PairPlan } from '../../../src/builder/tuned/pair-plan.ts'

function plan(name: string): PairPlan {
  return { name, pairs: { [name]: [{ node: name, input: 0 }] }, weights: [], half: false }
}
const [fast, near, far] = [plan('fast'), plan('near'), plan('far')]
const [first, second, third] = [
  { plan: fast, milliseconds: 1 },
  { plan: near, milliseconds: 1.03 },
  { plan: far, milliseconds: 1.2 },
]

/** Engines with given times, by plan and number of the build; 0 is that of the search. */
function given(
  times: Readonly<Record<string, number>>,
  {
    isTime = () => true,
    isWithin = () => true,
  }: { isTime?: () => boolean; isWithin?: (engine: string) => boolean } = {},
) {
  const rebuilt: string[] = []
  const engineOf = (plan: PairPlan, build = 0): BuiltPlan => ({
    plan,
    engine: `${plan.name} ${build}`,
    notes: [],
  })
  const trials: ConfirmingTrials = {
    engineOf,
    rebuild: async (plan, build) => {
      rebuilt.push(plan.name)
      const built = engineOf(plan, build)
      return times[built.engine] === undefined ? undefined : built
    },
    rankBuilds: async built =>
      built
        .map(each => ({ built: each, milliseconds: times[each.engine]! }))
        .toSorted((a, b) => a.milliseconds - b.milliseconds),
    isWithin: async ({ engine }) => isWithin(engine),
    isTime,
  }
  return { trials, rebuilt }
}

const searched = { best: first, ranked: [first, second, third], refused: new Set<PairPlan>() }

test('a quarter of the builds confirms, three at most', () => {
  expect([1, 3, 4, 8, 12, 100].map(confirmingBuilds)).toEqual([0, 0, 1, 2, 3, 3])
})

describe('confirming', () => {
  test('finds the plan that had a slow build in the search', async () => {
    const { trials, rebuilt } = given({
      'fast 0': 1,
      'near 0': 1.03,
      'fast 1': 1.01,
      'near 2': 0.97,
      'fast 3': 1.02,
    })
    const { engine, notes } = await confirmPlan(searched, trials, 3)
    expect(rebuilt).toEqual(['fast', 'near', 'fast'])
    expect(engine).toMatchObject({ plan: near, engine: 'near 2' })
    expect(notes).toEqual([
      'confirmed on 3 fresh builds of 2 plans: another build of near is kept, with 1.031 of the fps of the first engine of fast; fps of the others relative to it: fast, as tried 0.970, fast, once more 0.960, fast, once more 0.951, near, as tried 0.942',
    ])
  })

  test('keeps the engine of the search if none is faster, and does not ask for its outputs again', async () => {
    const asked: string[] = []
    const { trials } = given(
      { 'fast 0': 1, 'near 0': 1.03, 'fast 1': 1.01, 'near 2': 1.1 },
      { isWithin: engine => asked.push(engine) > 0 },
    )
    const { engine, notes } = await confirmPlan(searched, trials, 2)
    expect(engine.engine).toBe('fast 0')
    expect(notes[0]).toMatch(/^confirmed on 2 fresh builds of 2 plans: the first build of fast is kept/)
    expect(asked).toEqual([])
  })

  test('takes no engine that answers too badly, nor builds a plan that did', async () => {
    const times = { 'fast 0': 1, 'near 0': 1.03, 'fast 1': 0.9, 'near 2': 0.95 }
    const bad = given(times, { isWithin: engine => engine !== 'fast 1' })
    expect((await confirmPlan(searched, bad.trials, 2)).engine.engine).toBe('near 2')
    const refused = given({ ...times, 'fast 2': 0.99 })
    const found = await confirmPlan({ ...searched, refused: new Set([near]) }, refused.trials, 2)
    expect(refused.rebuilt).toEqual(['fast', 'fast'])
    expect(found.engine.engine).toBe('fast 1')
  })

  test('has the engine of the search where there is no time, or nothing can be built', async () => {
    const late = given({ 'fast 0': 1 }, { isTime: () => false })
    expect(await confirmPlan(searched, late.trials, 3)).toEqual({
      engine: trialsEngine(late.trials),
      notes: [],
    })
    const broken = given({ 'fast 0': 1, 'near 0': 1 })
    expect(await confirmPlan(searched, broken.trials, 3)).toEqual({
      engine: trialsEngine(broken.trials),
      notes: [],
    })
  })
})

function trialsEngine(trials: ConfirmingTrials): BuiltPlan {
  return trials.engineOf(fast)
}
