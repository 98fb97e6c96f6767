import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import type { EngineLayer } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { accuracyBound } from '../accuracy/accuracy-bound.ts'
import { accuracyNotes } from '../accuracy/accuracy-notes.ts'
import { explicitCandidates } from '../accuracy/explicit-candidates.ts'
import { parsePoints } from '../accuracy/parse-points.ts'
import { hashModel } from '../cache/hash.ts'
import type { Tuning } from '../engine.ts'
import { guardNotes } from '../guard/guard-notes.ts'
import { outputBound } from '../guard/output-bound.ts'
import { holdsBound } from '../guard/output-errors.ts'
import { openGuard } from '../guard/output-guard.ts'
import { roundingNoise } from '../guard/rounding-noise.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { overflowNotes } from '../overflow/overflow-notes.ts'
import { denormalWeights } from '../source/denormal-weights.ts'
import type { BuildTask, Built } from '../task.ts'
import { timeLeft } from '../time-limit.ts'
import { allFloat, allInt8, type CandidatePlan, candidatePlans } from '../tuner/candidates.ts'
import { effortFor } from '../tuner/effort.ts'
import { engineCost } from '../tuner/engine-cost.ts'
import { fastestModels } from '../tuner/fastest-models.ts'
import { findInt8Nodes } from '../tuner/find-int8-nodes.ts'
import { layerCosts } from '../tuner/layer-costs.ts'
import { planOf } from '../tuner/plan-of.ts'
import { leastCost, proposePlans } from '../tuner/propose-plans.ts'
import { type Candidate, isExplicit, type Tuned } from '../tuner/tune.ts'
import { tuningNotes } from '../tuner/tuning-notes.ts'
import { withoutFallback } from '../tuner/without-fallback.ts'
import type { ImplicitVariant } from '../variant.ts'
import { chooseCandidate } from './choose-candidate.ts'
import { fittingTables } from './fitting-tables.ts'

const [file, planFile] = ['implicit.onnx', 'implicit.plan.json']

/** Of a usual build: for telling whether embedding tables in INT8 are as fast as in float. */
const tableSeconds = 3

/** Plans next to the best one that are tried at a time, at most. */
const neighbours = 8

/** Of the time for a build: less than this is too short for many candidates. */
const shareForRanking = 0.4
/** Of the time for a build: what is kept for finding the layers that destroy an output. */
const shareForOutputs = 0.35

/** All INT8 and the cheapest. */
const fewest = 2

/**
 * Calibrates, and gives each layer INT8 or float, whichever is faster: candidates are the cheapest plans by what every
 * layer and every change of precision was measured to cost, all float, all INT8, one group of operators in float, and
 * the explicit variants of the same contract.
 */
export async function buildImplicit(variant: ImplicitVariant, given: BuildTask): Promise<Built> {
  const maxDrop = maxDropOf(variant, given)
  const decibels = outputBound(variant, given)
  const models = await fastestModels(variant, given)
  const denormal = denormalWeights(models.model, given.context.target)
  // What flushing alone gives is no gain of a plan.
  const task = denormal ? { ...given, context: { ...given.context, target: denormal.target } } : given
  const samples = overflowCheck(task)
  const { time } = task
  const onProgress = (line: string) => task.onProgress?.(`${task.variant}: ${line}${timeLeft(time)}`)
  const cost = await engineCost(task.source.path, samples, time)
  const usualEffort = effortFor(cost, time.left())
  const check = { ...samples, feeds: samples.feeds.slice(0, usualEffort.feeds) }
  const int8 = await findInt8Nodes(models, check, onProgress)
  const limits = int8.checked?.limits
  const bound = await accuracyBound(maxDrop, task, usualEffort.judged)
  const guard = await openGuard(task, { decides: decibels !== undefined })
  // A limit that the user sets on what labels say is more than how near the outputs are.
  const byLabels = maxDrop !== undefined && bound?.judge.by === 'labels'
  const guarded = guard && decibels !== undefined && !byLabels ? { guard, bound: decibels } : undefined
  const writeWith = (tables: Iterable<string>) => (nodes: ReadonlySet<string>) =>
    models.write(new Set([...nodes, ...tables]), limits)
  const withTables = writeWith(int8.tables.map(({ name }) => name))
  const plain = candidatePlans(int8.nodes)
  const whole = plain.find(({ name }) => name === allInt8)
  const loses =
    guarded && whole && !holdsBound(await guarded.guard.errorsOf(await withTables(whole.int8)), guarded.bound)
  const tables = await fittingTables({
    tables: int8.tables,
    float: task.source.path,
    write: models.write,
    guarded: loses ? guarded : undefined,
    effort: usualEffort,
    timing: { ...check, seed: task.context.seed, seconds: time.part(tableSeconds) },
  })
  const write = writeWith(tables.int8)
  // If layers will have to go back to float, looking for them needs time, too.
  const ranking = loses ? time.without(shareForOutputs) : time
  const effort = effortFor(cost, ranking.left())
  const profiling = { ...effort, time: ranking }
  const { costs, notes: notProfiled } = await layerCosts(models, int8, check, profiling, onProgress)

  const candidateOf = async (plan: CandidatePlan): Promise<Candidate> => {
    const model = await write(plan.int8)
    const { sha256 } = await hashModel(model)
    return { name: plan.name, model, sha256, choice: { of: 'build', file }, int8: plan.int8 }
  }
  const { path, sha256 } = task.source
  const float: Candidate = { name: allFloat, model: path, sha256, choice: { of: 'contract' } }
  const mixed: Candidate[] = []
  const proposed = [...plain, ...proposePlans(costs)]
  const plans = effort.hurries
    ? plain.filter(({ name }) => name === allInt8)
    : most(proposed, ranking.left() < time.seconds * shareForRanking ? fewest : effort.engines - 1)
  for (const plan of plans) mixed.push(await candidateOf(plan))
  const explicits = await explicitCandidates(task.explicits, bound, guarded)
  const able = await withoutFallback([float, ...mixed, ...explicits.candidates], task)
  const near = Math.min(neighbours, effort.engines - 1)
  const search = {
    hurries: effort.hurries,
    fits: effort.fits,
    feeds: check.feeds,
    near,
    time: ranking,
    costs,
    candidateOf,
    write,
    noise: () =>
      roundingNoise({ float: models.model, int8: models.quantize(int8.names, limits ?? new Map()) }, check),
    float,
    bound,
    guarded,
    onProgress,
  }
  const { tuned, accuracy, outputs } = await chooseCandidate(able.candidates, search, task)

  const { chosen } = tuned
  const { layers, sameAsExplicit } = await inspectChosen(tuned, task)
  const returned = new Set(outputs?.after.returned)
  const plan = planOf({
    chosen,
    layers,
    nodes: int8.nodes,
    tables: int8.tables,
    returned,
    ...(limits && { limits }),
    costs,
  })
  if (chosen.choice.of === 'build') {
    await writeModel(await readModel(chosen.model), join(task.directory, file))
  }
  await writeFile(join(task.directory, planFile), `${JSON.stringify(plan, undefined, 2)}\n`)

  const tuning: Tuning = {
    candidates: tuned.candidates,
    chosen: chosen.name,
    sameAsExplicit,
    ...(tuned.confirmation && { confirmation: tuned.confirmation }),
    ...(accuracy && { accuracy }),
    ...(tuned.undecided && { undecided: tuned.undecided }),
    ...((plans.length < proposed.length || tuned.cutShort) && { cutShort: true }),
    ...(effort.hurries && { hurried: true }),
  }
  const outputErrors =
    chosen === outputs?.held
      ? outputs.after
      : guard && { ...(await guard.errorsOf(chosen.model)), ...(guarded && { bound: guarded.bound }) }
  const notes = [
    ...(outputs ? guardNotes(outputs.before, outputs.after, outputs.isCutShort) : []),
    ...tuningNotes(tuning, time),
    ...(denormal ? [`${denormal.note}; plans were compared with it`] : []),
    ...(accuracy ? accuracyNotes(accuracy) : []),
    ...(chosen.choice.of === 'build' && int8.checked ? overflowNotes(int8.checked) : []),
    ...notProfiled,
    ...explicits.notes,
    ...able.notes,
    ...int8.notes,
    ...tables.notes,
    ...models.notes,
  ]
  return { model: chosen.choice, plan, tuning, notes, ...(outputErrors && { outputErrors }) }
}

/** So many of the plans: those without mixture, and the ones that are cheapest by what layers cost, come first. */
function most(plans: readonly CandidatePlan[], count: number): readonly CandidatePlan[] {
  const rank = ({ name }: CandidatePlan) => (name === allInt8 ? 0 : name.startsWith(leastCost) ? 1 : 2)
  const kept = new Set(plans.toSorted((a, b) => rank(a) - rank(b)).slice(0, count))
  return plans.filter(plan => kept.has(plan))
}

/** The accuracy that INT8 may cost, as a share. Throws InputError if the variant asks for what it cannot have. */
function maxDropOf({ cache, maxAccuracyDrop }: ImplicitVariant, task: BuildTask): number | undefined {
  if (cache !== undefined) {
    throw new InputError(
      `variant \`${task.variant}\`: \`cache\` is for targets with TensorRT: leave it out with ${task.context.target.backend}`,
    )
  }
  return maxAccuracyDrop === undefined
    ? undefined
    : parsePoints(maxAccuracyDrop, `\`maxAccuracyDrop\` of variant \`${task.variant}\``)
}

/** The layers of the chosen engine, and whether its plan is that of the explicit placement. */
async function inspectChosen(
  { chosen, best, incumbent }: Tuned,
  { context: { target }, signal }: BuildTask,
): Promise<{ readonly layers: readonly EngineLayer[]; readonly sameAsExplicit: boolean }> {
  const inspect = ({ model }: Candidate) => backendOf(target).inspect(model, target, signal)
  const { layers } = await inspect(chosen)
  if (!isExplicit(incumbent)) return { layers, sameAsExplicit: false }
  const runsAsExplicit = chosen === incumbent || runsAlike(layers, (await inspect(incumbent)).layers)
  return { layers, sameAsExplicit: runsAsExplicit || best.sha256 === incumbent.sha256 }
}

/** Whether a runtime runs the same operators in the same order. */
function runsAlike(a: readonly EngineLayer[], b: readonly EngineLayer[]): boolean {
  const ops = (layers: readonly EngineLayer[]) => layers.map(({ op }) => op).join(' ')
  return ops(a) === ops(b)
}
