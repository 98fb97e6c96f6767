import { join } from 'node:path'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { ofOurOwn, writeModel } from '../../onnx/write-model.ts'
import { chooseInt8Nodes } from '../../quantize/choose-int8-nodes.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { placementModel } from '../../quantize/placement.ts'
import type { Precision } from '../../quantize/plan.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import { reduceWeights } from '../../quantize/rewrites/reduce-weights.ts'
import type { WeightLimits } from '../../quantize/weights.ts'
import { hashModel } from '../cache/hash.ts'
import { loadModel } from '../cache/load-model.ts'
import { type ExplicitModel, explicitModel } from '../explicit-model.ts'
import { floatNotes } from '../float-notes.ts'
import { guardNotes, lowOutputNotes } from '../guard/guard-notes.ts'
import { outputBound } from '../guard/output-bound.ts'
import { holdsBound } from '../guard/output-errors.ts'
import { openGuard } from '../guard/output-guard.ts'
import { renamedNotes } from '../guard/renamed-notes.ts'
import { returnLayers } from '../guard/return-layers.ts'
import { roundingNoise } from '../guard/rounding-noise.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import { overflowNotes } from '../overflow/overflow-notes.ts'
import { withoutOverflow } from '../overflow/without-overflow.ts'
import { calibratedMeans } from '../source/calibrated-means.ts'
import { defaultMethod } from '../source/calibrated-ranges.ts'
import { denormalWeights } from '../source/denormal-weights.ts'
import { refuseBroken } from '../source/refuse-broken.ts'
import type { BuildTask, Built, ModelChoice } from '../task.ts'
import type { ExplicitVariant } from '../variant.ts'

const file = 'explicit.onnx'
const keptFile = { externalDataOver: ofOurOwn }

/** Q/DQ nodes, obeyed exactly. */
export async function buildExplicit(variant: ExplicitVariant, task: BuildTask): Promise<Built> {
  const bound = outputBound(variant, task)
  const found = await explicitModel(variant, defaultMethod, task)
  switch (found.of) {
    case 'variant':
      return asItIs(found, { of: 'variant' }, task)
    case 'engine': {
      const path = join(task.directory, file)
      await writeModel(found.model, path, keptFile)
      const built = await asItIs({ path, model: found.model }, { of: 'build', file }, task)
      return { ...built, notes: [...found.notes, ...built.notes] }
    }
    case 'placement':
      return byPlacement(found, bound, task)
  }
}

/** A finished file, untouched unless a layer overflows on this CPU. */
async function asItIs(
  { path, model: original }: Pick<Extract<ExplicitModel, { of: 'variant' }>, 'path' | 'model'>,
  choice: ModelChoice,
  task: BuildTask,
): Promise<Built> {
  refuseBroken(original, path)
  // What the runtime refuses is the user's file, not a part of it that is checked below.
  const { sha256 } = await hashModel(path)
  await loadModel(path, sha256, task.context, task.signal)
  const model = nameNodes(original)
  const checked = await withoutOverflow(limits => reduceWeights(model, limits), overflowCheck(task))
  const isReduced = checked.reduced.length > 0
  const written = join(task.directory, file)
  if (isReduced) await writeModel(checked.model, written, keptFile)
  const outputErrors = await (await openGuard(task, { decides: false }))?.errorsOf(isReduced ? written : path)
  return {
    model: isReduced ? { of: 'build', file } : choice,
    ...(outputErrors && { outputErrors }),
    notes: [
      ...overflowNotes(checked),
      ...(choice.of === 'variant' ? await renamedNotes({ path, sha256 }, task) : []),
      ...(outputErrors ? lowOutputNotes(outputErrors) : []),
    ],
  }
}

/** The contract's model with pairs inserted by a placement, but for the layers whose INT8 costs the outputs too much. */
async function byPlacement(
  {
    placement,
    prepared,
    ranges,
    selected,
    notes: onCalibration,
  }: Extract<ExplicitModel, { of: 'placement' }>,
  bound: number | undefined,
  task: BuildTask,
): Promise<Built> {
  const inputMeans = await calibratedMeans(prepared, task)
  const quantize = (
    precision: (node: NodeProto) => Precision,
    weightLimits: ReadonlyMap<string, WeightLimits>,
  ) => quantizeModel(prepared, { ranges, placement, precision, weightLimits, inputMeans })
  task.onProgress?.(`${task.variant}: checking INT8 kernels for overflow`)
  const checked = await withoutOverflow(limits => quantize(selected.precision, limits), overflowCheck(task))
  const path = join(task.directory, file)
  await writeModel(checked.model, path, keptFile)
  const { nodes, inFloat, tables } = chooseInt8Nodes(placementModel(prepared.model), placement, ranges)
  const denormal = denormalWeights(prepared.model, task.context.target)
  const notes = [...selected.notes, ...onCalibration, ...floatNotes(inFloat), ...overflowNotes(checked)]
  const built = {
    model: { of: 'build', file },
    notes: [...notes, ...(denormal ? [denormal.note] : [])],
  } as const
  const guard = await openGuard(task, { decides: bound !== undefined })
  if (!guard) return built
  const before = await guard.errorsOf(path)
  if (bound === undefined || holdsBound(before, bound)) {
    return { ...built, outputErrors: { ...before, ...(bound !== undefined && { bound }) } }
  }
  const names = [...nodes, ...tables].flatMap(node =>
    selected.precision(node) === 'int8' ? [node.name] : [],
  )
  const withInt8 = (int8: ReadonlySet<string>) =>
    quantize(({ name }) => (int8.has(name) ? 'int8' : 'float'), checked.limits)
  let written = 0
  const { kept, errors, isCutShort } = await returnLayers({
    units: names.map(name => [name]),
    bound,
    guard,
    noise: () => roundingNoise({ float: prepared.model, int8: checked.model }, overflowCheck(task)),
    write: async int8 => {
      const model = join(task.scratch, `guarded-${written++}.onnx`)
      await writeModel(withInt8(int8), model, { temporary: true })
      return model
    },
    time: task.time,
    onProgress: line => task.onProgress?.(`${task.variant}: ${line}`),
  })
  const int8 = new Set(kept.map(unit => names[unit]!))
  await writeModel(withInt8(int8), path, keptFile)
  const outputErrors = {
    ...(errors ?? (await guard.errorsOf(path))),
    bound,
    returned: names.filter(name => !int8.has(name)),
  }
  return { ...built, outputErrors, notes: [...guardNotes(before, outputErrors, isCutShort), ...built.notes] }
}
