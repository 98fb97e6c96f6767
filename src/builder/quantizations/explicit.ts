import { join, resolve } from 'node:path'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { placements } from '../../quantize/placements.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { quantizableForm } from '../../quantize/quantizable-form.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import { reduceWeights } from '../../quantize/rewrites/reduce-weights.ts'
import { calibratedMeans } from '../calibrated-means.ts'
import { calibratedRanges, defaultMethod } from '../calibrated-ranges.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { overflowNotes, withoutOverflow } from '../overflow/without-overflow.ts'
import { prepareModel } from '../prepare-model.ts'
import type { BuildTask, Built } from '../task.ts'
import type { ExplicitVariant } from '../variant.ts'

const file = 'explicit.onnx'

/** Q/DQ nodes, obeyed exactly. */
export function buildExplicit(variant: ExplicitVariant, task: BuildTask): Promise<Built> {
  return variant.model === undefined ? byPlacement(variant, task) : asItIs(resolve(variant.model), task)
}

/** The user's own file, untouched unless a layer overflows on this CPU. */
async function asItIs(path: string, task: BuildTask): Promise<Built> {
  const original = await readModel(path)
  if (!hasQdq(original)) {
    throw new InputError(
      `${path}: has no QuantizeLinear or DequantizeLinear nodes, so it is no explicit model; export it with Q/DQ pairs, or name a placement`,
    )
  }
  const model = nameNodes(original)
  const checked = await withoutOverflow(limits => reduceWeights(model, limits), overflowCheck(task))
  const notes = overflowNotes(checked)
  if (checked.reduced.length === 0) return { model: { of: 'variant' }, notes }
  await writeModel(checked.model, join(task.directory, file))
  return { model: { of: 'build', file }, notes }
}

/** The contract's model with pairs inserted by a placement. */
async function byPlacement(variant: ExplicitVariant, task: BuildTask): Promise<Built> {
  const { placement, calibration = defaultMethod } = variant
  if (placement === undefined) {
    throw new InputError(
      `variant \`${task.variant}\` names neither a \`model\` with Q/DQ nodes nor a \`placement\` (${Object.keys(placements).join(', ')})`,
    )
  }
  const prepared = await prepareModel(task)
  const grid = placements[placement].activations === 'uint8' ? 'uint8' : 'int8'
  const ranges = await calibratedRanges(prepared, calibration, grid, task)
  const { model } = quantizableForm(prepared.model)
  const inputMeans = await calibratedMeans(model, task)
  const checked = await withoutOverflow(
    weightLimits => quantizeModel(model, { ranges, placement, weightLimits, inputMeans }),
    overflowCheck(task),
  )
  await writeModel(checked.model, join(task.directory, file))
  return { model: { of: 'build', file }, notes: overflowNotes(checked) }
}
