import { plansWithinDrop } from '../accuracy/within-drop.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { CandidatePlan } from '../tuner/candidates.ts'
import { type CostModel, planCost } from '../tuner/cost-model.ts'
import type { Candidate } from '../tuner/tune.ts'
import { holdsBound, type OutputErrors } from './output-errors.ts'
import type { OutputGuard } from './output-guard.ts'
import { returnLayers } from './return-layers.ts'

/** How many dB every output has to have, and who says how many it has. */
export interface OutputGuarding {
  readonly bound: number
  readonly guard: OutputGuard
}

export interface HoldOutputsOptions extends OutputGuarding {
  readonly costs: CostModel
  readonly float: Candidate
  readonly candidateOf: (plan: CandidatePlan) => Promise<Candidate>
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  readonly time: TimeLimit
  readonly onProgress: (line: string) => void
}

/** A candidate whose outputs hold, and those of the one that it came from. */
export interface HeldOutputs {
  readonly held: Candidate
  readonly before: OutputErrors
  /** Its own, with what went back to float. */
  readonly after: OutputErrors
}

/**
 * Turns layers of a plan back to float until every output holds the bound. Of two ways the cheaper is taken: layers one by
 * one, those first that lose most for the time they save, and the cheapest plans with a price on what layers lose, which
 * also know what a change of precision costs.
 */
export async function holdOutputs(best: Candidate, options: HoldOutputsOptions): Promise<HeldOutputs> {
  const { bound, guard, costs, float, candidateOf } = options
  const before = await guard.errorsOf(best.model)
  const { int8 } = best
  if (!int8 || holdsBound(before, bound)) return { held: best, before, after: { ...before, bound } }
  const plans = await plansThatHold(int8, options)
  const [cheapest] = plans.toSorted((a, b) => costOf(costs, a) - costOf(costs, b))
  const held = cheapest ? await candidateOf(cheapest) : float
  const returned = [...int8].filter(node => !held.int8?.has(node))
  return { held, before, after: { ...(await guard.errorsOf(held.model)), bound, returned } }
}

async function plansThatHold(
  int8: ReadonlySet<string>,
  { bound, guard, costs, write, candidateOf, time, onProgress }: HoldOutputsOptions,
): Promise<CandidatePlan[]> {
  const regions = costs.regions.flatMap(({ nodes, microseconds }, region) => {
    const inInt8 = nodes.filter(node => int8.has(node))
    return inInt8.length > 0
      ? [{ region, nodes: inInt8, saving: microseconds.float - microseconds.int8 }]
      : []
  })
  // Without a profile every node stands for itself.
  const units = regions.length > 0 ? regions.map(({ nodes }) => nodes) : [...int8].map(node => [node])
  const { kept, losses } = await returnLayers({
    units,
    ...(regions.length > 0 && { savings: regions.map(({ saving }) => saving) }),
    bound,
    guard,
    write,
    time,
    onProgress,
  })
  const one: CandidatePlan = {
    name: `outputs first in ${units.length - kept.length} of ${units.length} regions`,
    int8: new Set(kept.flatMap(unit => units[unit]!)),
  }
  const lossOf = new Map(regions.map(({ region }, unit) => [region, losses[unit]!]))
  const judged = await plansWithinDrop(
    costs,
    costs.regions.map((_, region) => lossOf.get(region) ?? Infinity),
    0,
    async plan => {
      const { model } = await candidateOf(plan)
      const drop = holdsBound(await guard.errorsOf(model), bound) ? 0 : 1
      return { drop, upper: drop }
    },
  )
  const held = judged.flatMap(({ plan, accuracy }) => (accuracy.upper === 0 ? [plan] : []))
  return [one, ...held].filter(plan => plan.int8.size > 0)
}

function costOf(costs: CostModel, { int8 }: CandidatePlan): number {
  const inInt8 = costs.regions.flatMap(({ nodes }, i) => (nodes.every(node => int8.has(node)) ? [i] : []))
  return planCost(costs, new Set(inInt8))
}
