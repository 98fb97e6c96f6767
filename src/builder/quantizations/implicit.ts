import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import { InputError, messageOf } from '../../errors.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { placementModel } from '../../quantize/placement.ts'
import { onnxruntime } from '../../quantize/placements/onnxruntime.ts'
import { quantizableForm } from '../../quantize/quantizable-form.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import type { WeightLimits } from '../../quantize/weights.ts'
import { accuracyNotes, formatPoints } from '../accuracy/accuracy-notes.ts'
import { holdDrop } from '../accuracy/hold-drop.ts'
import { openJudge } from '../accuracy/judge.ts'
import { parsePoints } from '../accuracy/parse-points.ts'
import { hashModel } from '../cache/hash.ts'
import { calibratedMeans } from '../calibrated-means.ts'
import { calibratedRanges, defaultMethod } from '../calibrated-ranges.ts'
import type { AccuracyTuning } from '../engine.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { overflowNotes, withoutOverflow } from '../overflow/without-overflow.ts'
import { prepareModel } from '../prepare-model.ts'
import type { BuildTask, Built } from '../task.ts'
import { allFloat, type CandidatePlan, candidatePlans } from '../tuner/candidates.ts'
import type { CostModel } from '../tuner/cost-model.ts'
import { fusibleNodes } from '../tuner/fusible-nodes.ts'
import { measureCosts } from '../tuner/measure-costs.ts'
import { neighbourPlans } from '../tuner/neighbour-plans.ts'
import { planOf } from '../tuner/plan-of.ts'
import { proposePlans } from '../tuner/propose-plans.ts'
import { runsAlike } from '../tuner/runs-alike.ts'
import { type Candidate, isExplicit, tune } from '../tuner/tune.ts'
import { tuningNotes } from '../tuner/tuning-notes.ts'
import { withoutFallback } from '../tuner/without-fallback.ts'
import type { ImplicitVariant } from '../variant.ts'

const [file, planFile] = ['implicit.onnx', 'implicit.plan.json']

/** Nothing is known of single layers: whole groups of operators are tried. */
const noCosts: CostModel = { regions: [], boundaries: [] }

/** Plans next to the best one that are tried at a time. */
const neighbours = 8

/**
 * Calibrates, and gives each layer INT8 or float, whichever is faster: candidates are the cheapest plans by what every
 * layer and every change of precision was measured to cost, all float, all INT8, one group of operators in float, and
 * the explicit variants of the same contract.
 */
export async function buildImplicit(variant: ImplicitVariant, task: BuildTask): Promise<Built> {
  const { context, scratch, signal } = task
  const { target, seed } = context
  const backend = backendOf(target)
  const runsOnCpu = backend.runsOnCpu(target)
  if (variant.cache !== undefined) {
    throw new InputError(
      `variant \`${task.variant}\`: \`cache\` is for targets with TensorRT: leave it out with ${target.backend}`,
    )
  }
  const maxDrop =
    variant.maxAccuracyDrop === undefined
      ? undefined
      : parsePoints(variant.maxAccuracyDrop, `\`maxAccuracyDrop\` of variant \`${task.variant}\``)
  const progress = (line: string) => task.onProgress?.(`${task.variant}: ${line}`)
  const prepared = await prepareModel(task)
  const ranges = await calibratedRanges(prepared, variant.calibration ?? defaultMethod, 'uint8', task)
  const { model } = quantizableForm(prepared.model)
  const inputMeans = await calibratedMeans(model, task)
  const quantize = (int8: ReadonlySet<string>, weightLimits: ReadonlyMap<string, WeightLimits>) =>
    quantizeModel(model, {
      ranges,
      placement: 'onnxruntime',
      precision: ({ name }) => (int8.has(name) ? 'int8' : 'float'),
      weightLimits,
      inputMeans,
    })
  let written = 0
  const write = async (int8: ReadonlySet<string>, limits: ReadonlyMap<string, WeightLimits> = new Map()) => {
    const path = join(scratch, `plan-${written++}.onnx`)
    await writeModel(quantize(int8, limits), path)
    return path
  }

  progress('asking the runtime what it runs in INT8')
  const expected = onnxruntime.quantizable(placementModel(model))
  const running = await fusibleNodes(expected, write, { threads: target.threads, signal })
  const nodes = expected.filter(({ name }) => running.has(name))
  if (runsOnCpu) progress('checking INT8 kernels for overflow')
  const check = overflowCheck(task)
  const checked =
    nodes.length > 0 ? await withoutOverflow(limits => quantize(running, limits), check) : undefined
  const limits = checked?.limits
  progress('profiling layers in float and in INT8')
  const notes: string[] = []
  const profiling = {
    write: (int8: ReadonlySet<string>) => write(int8, limits),
    feeds: check.feeds,
    threads: target.threads,
    directory: scratch,
    signal,
  }
  // Kernels of other devices run when they like: the profiler times only their start.
  const costs = runsOnCpu
    ? await measureCosts(model, running, profiling).catch((error: unknown): CostModel => {
        signal?.throwIfAborted()
        notes.push(
          `layers could not be profiled, so only whole groups of operators were tried: ${messageOf(error)}`,
        )
        return noCosts
      })
    : noCosts

  const candidateOf = async ({ name, int8 }: CandidatePlan): Promise<Candidate> => {
    const path = await write(int8, limits)
    const { sha256 } = await hashModel(path)
    return { name, model: path, sha256, choice: { of: 'build', file }, int8 }
  }
  const candidates: Candidate[] = [
    { name: allFloat, model: task.source.path, sha256: task.source.sha256, choice: { of: 'contract' } },
  ]
  for (const plan of [...candidatePlans(nodes), ...proposePlans(costs)])
    candidates.push(await candidateOf(plan))
  const judge = maxDrop === undefined ? undefined : await openJudge(task)
  for (const { variant, model, sha256 } of task.explicits) {
    const upper = (await judge?.drop(model))?.upper
    if (upper !== undefined && upper > maxDrop!) {
      notes.push(`\`${variant}\` is no candidate: it loses ${formatPoints(upper)} of accuracy`)
    } else candidates.push({ name: `as ${variant}`, model, sha256, choice: { of: 'explicit', variant } })
  }
  let accuracy: AccuracyTuning | undefined
  const able = await withoutFallback(candidates, task)
  notes.push(...able.notes)
  const tuned = await tune(able.candidates, {
    feeds: check.feeds,
    target,
    seed,
    signal,
    onProgress: progress,
    neighbours: ({ name, int8 }) =>
      Promise.all(neighbourPlans(costs, { name, int8: int8! }, neighbours).map(candidateOf)),
    ...(judge && {
      settle: async best => {
        const options = { maxDrop: maxDrop!, judge, task, costs, candidateOf, onProgress: progress }
        const found = await holdDrop(best, { ...options, float: candidates[0]! })
        accuracy = found.accuracy
        return found.held
      },
    }),
  })
  const { chosen, best, incumbent } = tuned
  const inspect = (candidate: Candidate) => backend.inspect(candidate.model, target, signal)
  const { layers } = await inspect(chosen)
  const sameAsExplicit =
    isExplicit(incumbent) && (chosen === incumbent || runsAlike(layers, (await inspect(incumbent)).layers))
  const plan = planOf({ chosen, layers, nodes, ...(limits && { limits }), costs })
  if (chosen.choice.of === 'build') await copyFile(chosen.model, join(task.directory, file))
  await writeFile(join(task.directory, planFile), `${JSON.stringify(plan, undefined, 2)}\n`)

  const tuning = {
    candidates: tuned.candidates,
    chosen: chosen.name,
    sameAsExplicit: sameAsExplicit || (isExplicit(incumbent) && best.sha256 === incumbent.sha256),
    ...(tuned.confirmation && { confirmation: tuned.confirmation }),
    ...(accuracy && { accuracy }),
  }
  const usesInt8 = chosen.choice.of === 'build' && checked
  const notFused = runsOnCpu ? expected.filter(({ name }) => !running.has(name)) : []
  return {
    model: chosen.choice,
    plan,
    tuning,
    notes: [
      ...tuningNotes(tuning),
      ...(accuracy ? accuracyNotes(accuracy) : []),
      ...(usesInt8 ? overflowNotes(checked) : []),
      ...notes,
      ...notFused.map(({ name, opType }) => `node \`${name}\` (${opType}) does not run in INT8 here`),
    ],
  }
}
