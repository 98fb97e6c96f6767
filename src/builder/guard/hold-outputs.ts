import type { Feed } from '../../engine/tensor-info.ts'
import { successiveHalving } from '../../measure/successive-halving.ts'
import { plansWithinDrop } from '../accuracy/within-drop.ts'
import type { BuildTask } from '../task.ts'
import type { CandidatePlan } from '../tuner/candidates.ts'
import type { CostModel } from '../tuner/cost-model.ts'
import type { Candidate } from '../tuner/tune.ts'
import { holdsBound, type OutputErrors } from './output-errors.ts'
import type { OutputGuard } from './output-guard.ts'
import { reserveSeconds, returnLayers } from './return-layers.ts'

/** How many dB every output has to have, and who says how many it has. */
export interface OutputGuarding {
  readonly bound: number
  readonly guard: OutputGuard
}

export interface HoldOutputsOptions extends OutputGuarding {
  /** What else was timed, fastest first: one that holds needs no search. */
  readonly others: readonly Candidate[]
  /** Whether one of them loses no more accuracy than is allowed. */
  readonly isAccurate: (other: Candidate) => Promise<boolean>
  readonly feeds: readonly Feed[]
  readonly task: BuildTask
  readonly costs: CostModel
  readonly float: Candidate
  readonly candidateOf: (plan: CandidatePlan) => Promise<Candidate>
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  /** What rounding takes from the tensors of each node, by name. */
  readonly noise: () => Promise<ReadonlyMap<string, number>>
  readonly onProgress: (line: string) => void
}

/** A candidate whose outputs hold, and those of the one that it came from. */
export interface HeldOutputs {
  readonly held: Candidate
  readonly before: OutputErrors
  /** Its own, with what went back to float. */
  readonly after: OutputErrors
  /** Time ran out before it was known which layers have to go back. */
  readonly isCutShort?: boolean
}

/** Others that are asked whether they hold. */
const mostOthers = 4
const rankingSeconds = 3

/**
 * Turns layers of a plan back to float until every output holds the bound, and gives the fastest of what holds: layers one
 * by one, those first that lose most for the time they save; the cheapest plans with a price on what layers lose, which also
 * know what a change of precision costs; and what was timed already.
 */
export async function holdOutputs(best: Candidate, options: HoldOutputsOptions): Promise<HeldOutputs> {
  const { bound, guard, others, isAccurate, float, candidateOf } = options
  const before = await guard.errorsOf(best.model)
  const { int8 } = best
  if (!int8 || holdsBound(before, bound)) return { held: best, before, after: { ...before, bound } }
  const isTime = () => options.task.time.left() > reserveSeconds
  const holding: Candidate[] = []
  for (const other of others.slice(0, mostOthers)) {
    if (!isTime()) break
    if (holdsBound(await guard.errorsOf(other.model), bound) && (await isAccurate(other))) {
      holding.push(other)
      break
    }
  }
  // However late it is: a few engines are tried before all ends in float.
  const { plans, isCutShort } = await plansThatHold(int8, options)
  for (const plan of plans) holding.push(await candidateOf(plan))
  const held = (await fastest(holding, options)) ?? float
  const returned = [...int8].filter(node => !held.int8?.has(node))
  return { held, before, after: { ...(await guard.errorsOf(held.model)), bound, returned }, isCutShort }
}

async function fastest(
  candidates: readonly Candidate[],
  { feeds, task: { context, time, signal } }: HoldOutputsOptions,
): Promise<Candidate | undefined> {
  const distinct = candidates.filter(
    ({ sha256 }, i) => candidates.findIndex(other => other.sha256 === sha256) === i,
  )
  if (distinct.length < 2) return distinct[0]
  const { target, seed } = context
  const contenders = distinct.map(({ model }, i) => ({ id: String(i), model }))
  const [first] = await successiveHalving(contenders, {
    feeds,
    target,
    seed,
    signal,
    seconds: time.part(rankingSeconds),
  })
  return distinct[Number(first!.id)]!
}

async function plansThatHold(
  int8: ReadonlySet<string>,
  { bound, guard, costs, write, noise, candidateOf, task: { time }, onProgress }: HoldOutputsOptions,
): Promise<{ readonly plans: readonly CandidatePlan[]; readonly isCutShort: boolean }> {
  const regions = costs.regions.flatMap(({ nodes, microseconds }, region) => {
    const inInt8 = nodes.filter(node => int8.has(node))
    return inInt8.length > 0
      ? [{ region, nodes: inInt8, saving: microseconds.float - microseconds.int8 }]
      : []
  })
  // Without a profile every node stands for itself.
  const units = regions.length > 0 ? regions.map(({ nodes }) => nodes) : [...int8].map(node => [node])
  const { kept, losses, isCutShort } = await returnLayers({
    units,
    ...(regions.length > 0 && { savings: regions.map(({ saving }) => saving) }),
    bound,
    guard,
    noise,
    write,
    time,
    onProgress,
  })
  const one: CandidatePlan = {
    name: `outputs first in ${units.length - kept.length} of ${units.length} regions`,
    int8: new Set(kept.flatMap(unit => units[unit]!)),
  }
  const lossOf = new Map(regions.map(({ region }, unit) => [region, losses[unit]!]))
  const some = (plans: readonly CandidatePlan[]) => plans.filter(plan => plan.int8.size > 0)
  if (isCutShort) return { plans: some([one]), isCutShort }
  const judged = await plansWithinDrop(
    costs,
    costs.regions.map((_, region) => lossOf.get(region) ?? Infinity),
    0,
    async plan => {
      const holds =
        time.left() > reserveSeconds &&
        holdsBound(await guard.errorsOf((await candidateOf(plan)).model), bound)
      const drop = holds ? 0 : 1
      return { drop, upper: drop }
    },
  )
  const held = judged.flatMap(({ plan, accuracy }) => (accuracy.upper === 0 ? [plan] : []))
  return { plans: some([one, ...held]), isCutShort }
}
