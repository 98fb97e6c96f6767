import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import { calibratedRanges, defaultMethod } from '../calibrated-ranges.ts'
import { type CandidatePlan, candidatePlans } from '../candidates.ts'
import { inspectCandidate } from '../inspect-candidate.ts'
import { overflowCheck } from '../overflow-check.ts'
import { planOf } from '../plan-of.ts'
import { prepareModel } from '../prepare-model.ts'
import type { BuildTask, Built, ModelChoice } from '../task.ts'
import { type Candidate, runsAlike, tune } from '../tune.ts'
import { tuningNotes } from '../tuning-notes.ts'
import type { ImplicitVariant } from '../variant.ts'
import { overflowNotes, withoutOverflow } from '../without-overflow.ts'

const file = 'implicit.onnx'

/**
 * Calibrates, and gives each layer INT8 or float, whichever is faster: candidates are all float, all INT8, one group
 * of operators in float, and the explicit variants of the same contract.
 */
export async function buildImplicit(variant: ImplicitVariant, task: BuildTask): Promise<Built> {
  const { context, scratch } = task
  if (variant.cache !== undefined) {
    throw new InputError(
      `variant \`${task.variant}\`: \`cache\` is for targets with TensorRT: leave it out with ${context.target.backend}`,
    )
  }
  const progress = (line: string) => task.onProgress?.(`${task.variant}: ${line}`)
  const prepared = await prepareModel(task)
  const ranges = await calibratedRanges(prepared, variant.calibration ?? defaultMethod, 'uint8', task)
  const { nodes, plans } = candidatePlans(prepared.model)
  const quantize = ({ int8 }: CandidatePlan, sevenBits: ReadonlySet<string>): ModelProto =>
    quantizeModel(prepared.model, {
      ranges,
      placement: 'onnxruntime',
      precision: ({ name }) => (int8.has(name) ? 'int8' : 'float'),
      sevenBits,
    })

  progress('checking INT8 kernels for overflow')
  const check = overflowCheck(task)
  const [allInt8] = plans
  const checked = allInt8 && (await withoutOverflow(sevenBits => quantize(allInt8, sevenBits), check))
  const sevenBits = new Set(checked?.reduced.map(({ node }) => node))

  const notes: string[] = []
  const candidates: Candidate[] = []
  const add = async (name: string, model: string, choice: ModelChoice) => {
    const candidate = await inspectCandidate({ name, model, choice }, task)
    if (typeof candidate === 'string') notes.push(candidate)
    // A plan that the runtime turns into one that is there already (an Add between INT8 layers, say, fuses anyway).
    else if (choice.of === 'build' && candidates.some(other => runsAlike(other, candidate))) return
    else candidates.push(candidate)
  }
  await add('all float', task.source.path, { of: 'contract' })
  for (const [index, plan] of plans.entries()) {
    const model = join(scratch, `candidate-${index}.onnx`)
    await writeModel(quantize(plan, sevenBits), model)
    await add(plan.name, model, { of: 'build', file })
  }
  for (const { variant, model } of task.explicits) {
    await add(`as ${variant}`, model, { of: 'explicit', variant })
  }

  const { feeds, signal } = check
  const { target, seed } = context
  const tuning = await tune(candidates, { feeds, target, seed, signal, onProgress: progress })
  const chosen = candidates.find(({ name }) => name === tuning.chosen)!
  if (chosen.choice.of === 'build') await copyFile(chosen.model, join(task.directory, file))
  const usesInt8 = chosen.choice.of === 'build' && checked
  return {
    model: chosen.choice,
    plan: planOf(chosen, nodes, plans, sevenBits),
    tuning,
    notes: [...tuningNotes(tuning), ...(usesInt8 ? overflowNotes(checked) : []), ...notes],
  }
}
