import { join } from 'node:path'
import { ofOurOwn, writeModel } from '../../onnx/write-model.ts'
import { chooseInt8Nodes } from '../../quantize/choose-int8-nodes.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { placementModel } from '../../quantize/placement.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import { reduceWeights } from '../../quantize/rewrites/reduce-weights.ts'
import { hashModel } from '../cache/hash.ts'
import { loadModel } from '../cache/load-model.ts'
import { calibratedMeans } from '../calibrated-means.ts'
import { defaultMethod } from '../calibrated-ranges.ts'
import { type ExplicitModel, explicitModel } from '../explicit-model.ts'
import { floatNotes } from '../float-notes.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { overflowNotes, withoutOverflow } from '../overflow/without-overflow.ts'
import { refuseBroken } from '../refuse-broken.ts'
import type { BuildTask, Built } from '../task.ts'
import type { ExplicitVariant } from '../variant.ts'

const file = 'explicit.onnx'

/** Q/DQ nodes, obeyed exactly. */
export async function buildExplicit(variant: ExplicitVariant, task: BuildTask): Promise<Built> {
  const found = await explicitModel(variant, defaultMethod, task)
  return found.of === 'variant' ? asItIs(found, task) : byPlacement(found, task)
}

/** The user's own file, untouched unless a layer overflows on this CPU. */
async function asItIs(
  { path, model: original }: Extract<ExplicitModel, { of: 'variant' }>,
  task: BuildTask,
): Promise<Built> {
  refuseBroken(original, path)
  // What the runtime refuses is the user's file, not a part of it that is checked below.
  const { sha256 } = await hashModel(path)
  await loadModel(path, sha256, task.context, task.signal)
  const model = nameNodes(original)
  const checked = await withoutOverflow(limits => reduceWeights(model, limits), overflowCheck(task))
  const notes = overflowNotes(checked)
  if (checked.reduced.length === 0) return { model: { of: 'variant' }, notes }
  await writeModel(checked.model, join(task.directory, file), { externalDataOver: ofOurOwn })
  return { model: { of: 'build', file }, notes }
}

/** The contract's model with pairs inserted by a placement. */
async function byPlacement(
  { placement, prepared, ranges, selected }: Extract<ExplicitModel, { of: 'placement' }>,
  task: BuildTask,
): Promise<Built> {
  const { precision } = selected
  const inputMeans = await calibratedMeans(prepared, task)
  const checked = await withoutOverflow(
    weightLimits => quantizeModel(prepared, { ranges, placement, precision, weightLimits, inputMeans }),
    overflowCheck(task),
  )
  await writeModel(checked.model, join(task.directory, file), { externalDataOver: ofOurOwn })
  const { inFloat } = chooseInt8Nodes(placementModel(prepared.model), placement, ranges)
  const notes = [...selected.notes, ...floatNotes(inFloat), ...overflowNotes(checked)]
  return { model: { of: 'build', file }, notes }
}
