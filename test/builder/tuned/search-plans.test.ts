import { describe, expect, test } from 'vitest'
import { moves } from '../../../src/builder/tuned/moves.ts'
import { type PairPlan, planKey, planOfSites } from '../../../src/builder/tuned/pair-plan.ts'
import { type PlanTrials, searchPlans } from '../../../src/builder/tuned/search-plans.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { placementModel } from '../../../src/quantize/placement.ts'
import { tensorrt } from '../../../src/quantize/placements/tensorrt.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { digits } from '../../support/digits.ts'

const known = placementModel(quantizableForm(await readModel(digits.fp32)).model)
const everywhere = planOfSites(
  'pairs on all inputs',
  tensorrt.sites(known, new Set(tensorrt.quantizable(known)), 'int8-symmetric'),
  false,
)
const halfAlone: PairPlan = { name: 'half alone', pairs: {}, weights: [], half: true }

/** Trials with given times: no engine is built. */
function given(
  milliseconds: (plan: PairPlan) => number | undefined,
  holds: (plan: PairPlan) => boolean = () => true,
) {
  const built: PairPlan[] = []
  const judged: PairPlan[] = []
  const trials: PlanTrials = {
    build: async plan => {
      built.push(plan)
      return milliseconds(plan) !== undefined
    },
    rank: async plans =>
      plans
        .map(plan => ({ plan, milliseconds: milliseconds(plan)! }))
        .toSorted((a, b) => a.milliseconds - b.milliseconds),
    holds: async plan => {
      judged.push(plan)
      return holds(plan)
    },
    isTime: () => true,
  }
  return { trials, built, judged }
}

test('each move changes a plan into others of the same graph, and none into itself', () => {
  const tensors = new Set([...known.producer.keys(), ...known.inputs.map(({ name }) => name)])
  const nodes = new Map(known.graph.node.map(node => [node.name, node]))
  const changed = moves.flatMap(move => move.neighbours(everywhere, known).map(plan => [move, plan] as const))
  // Nothing in the digits is depthwise, and pairs on all inputs have no pool in front of a pair.
  expect(new Set(changed.map(([move]) => move)).size).toBeGreaterThanOrEqual(4)
  for (const [move, plan] of changed) {
    expect(planKey(plan)).not.toBe(planKey(everywhere))
    expect(plan.name.startsWith(`pairs on all inputs, ${move.name}`)).toBe(true)
    for (const [tensor, readers] of Object.entries(plan.pairs)) {
      expect(tensors).toContain(tensor)
      expect(readers.length).toBeGreaterThan(0)
      for (const { node, input } of readers) expect(nodes.get(node)!.input[input]).toBe(tensor)
    }
    for (const name of plan.weights) expect(['Conv', 'Gemm']).toContain(nodes.get(name)!.opType)
  }
  for (const move of moves) expect(move.neighbours(halfAlone, known)).toEqual([])
})

describe('a search', () => {
  test('follows what gains, and stops when no move is left', async () => {
    const withoutFirst = (plan: PairPlan) => !Object.hasOwn(plan.pairs, 'image')
    const { trials } = given(plan => (plan.pairs.image ? 1 : 0.9) + 0.001 * Object.keys(plan.pairs).length)
    const { ranked } = await searchPlans([everywhere, halfAlone], known, trials, { builds: 40 })
    expect(withoutFirst(ranked[0]!.plan)).toBe(true)
    expect(ranked.map(({ milliseconds }) => milliseconds)).toEqual(
      ranked.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b),
    )
  })

  test('builds no plan twice, and no more than it may', async () => {
    for (const builds of [2, 5, 12, 40]) {
      const { trials, built } = given(plan => 1 + 0.01 * Object.keys(plan.pairs).length)
      await searchPlans([everywhere, everywhere, halfAlone], known, trials, { builds })
      expect(built.length).toBeLessThanOrEqual(builds)
      expect(new Set(built.map(planKey)).size).toBe(built.length)
    }
  })

  test('leaves out what cannot be built', async () => {
    const { trials } = given(plan => (plan.half ? 1 : plan === everywhere ? 2 : undefined))
    const { ranked } = await searchPlans([everywhere, halfAlone], known, trials, { builds: 12 })
    expect(ranked.map(({ plan }) => plan.name)).toEqual(['half alone', 'pairs on all inputs'])
  })

  test('ends when time is up, with what it has', async () => {
    const { trials, built } = given(() => 1)
    const { ranked } = await searchPlans(
      [everywhere, halfAlone],
      known,
      { ...trials, isTime: () => false },
      { builds: 12 },
    )
    expect(built).toHaveLength(1)
    expect(ranked).toHaveLength(1)
  })

  describe('within bounds', () => {
    const readsImage = (plan: PairPlan) => Object.hasOwn(plan.pairs, 'image')
    /** Every pair makes it faster. */
    const byPairs = (plan: PairPlan) => 2 - 0.01 * Object.keys(plan.pairs).length

    test('takes the fastest plan that holds them, though others are faster', async () => {
      const { trials } = given(byPairs, plan => !readsImage(plan))
      const { best, ranked } = await searchPlans([everywhere, halfAlone], known, trials, { builds: 40 })
      expect(best!.plan.name).toBe('pairs on all inputs, first layer out')
      expect(ranked[0]!.plan).toBe(everywhere)
      const isFaster = ({ milliseconds }: { milliseconds: number }) => milliseconds < best!.milliseconds
      expect(ranked.filter(isFaster).every(({ plan }) => readsImage(plan))).toBe(true)
    })

    test('judges each plan once, and none that is slower than the best', async () => {
      const { trials, built, judged } = given(byPairs, plan => !readsImage(plan))
      const { best } = await searchPlans([halfAlone, everywhere], known, trials, { builds: 40 })
      expect(new Set(judged.map(planKey)).size).toBe(judged.length)
      expect(judged.length).toBeLessThan(built.length)
      expect(judged).toContain(best!.plan)
    })

    test('has no best where nothing holds, and has tried the neighbours', async () => {
      const { trials, built } = given(byPairs, () => false)
      const { best, ranked } = await searchPlans([everywhere, halfAlone], known, trials, { builds: 8 })
      expect(best).toBeUndefined()
      expect(ranked).toHaveLength(8)
      expect(built).toHaveLength(8)
    })
  })
})
