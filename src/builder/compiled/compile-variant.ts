import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type AnyTarget, backendOf } from '../../backends/backends.ts'
import type { CompileSource } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import { buildLabel } from '../build-label.ts'
import { type ExplicitModel, explicitModel } from '../explicit-model.ts'
import { lowOutputNotes } from '../guard/guard-notes.ts'
import { outputBound } from '../guard/output-bound.ts'
import { openGuard } from '../guard/output-guard.ts'
import { compiledMethod } from '../source/calibrated-ranges.ts'
import type { BuildTask, Built } from '../task.ts'
import { tunedModel } from '../tuned/tuned-model.ts'
import type { ExplicitVariant, ImplicitVariant, Variant } from '../variant.ts'
import { checkSymmetric } from './check-symmetric.ts'
import { copyEngine, engineFile } from './copy-engine.ts'
import { implicitScales } from './implicit-scales.ts'
import { signatureOf } from './signature-of.ts'
import { timingCacheOf } from './timing-cache.ts'

/**
 * Builds a variant on a backend that compiles engines of its own: `none` from the model as it is, `explicit` from one with
 * Q/DQ pairs, `implicit` from the model without them and the scales of its activations.
 */
export async function compileVariant(variant: Variant, task: BuildTask): Promise<Built> {
  const { context, directory, signal, onProgress, build } = task
  const { notes: selected = [], typing, engine, ...source } = await compileSource(variant, task)
  const target = typing === undefined ? context.target : ({ ...context.target, typing } as AnyTarget)
  const plan = join(directory, engineFile)
  // What a search has confirmed is that very engine: another build of its plan may be slower.
  const isBuilt = engine !== undefined && build === 1
  if (isBuilt) await copyEngine(engine, directory)
  const notes = isBuilt
    ? []
    : await backendOf(target).compile!(source, plan, target, {
        timingCache: timingCacheOf(context, build),
        signal,
        onProgress: line => onProgress?.(`${task.variant}: ${buildLabel(task)}${line}`),
      })
  const built = { model: { of: 'build', file: engineFile }, notes: [...notes, ...selected] } as const
  if (variant.quantization === 'none') return built
  const errors = await (await openGuard(task, { decides: false }))?.errorsOf(plan)
  if (!errors) return built
  const bound = outputBound(variant, task)
  const low = bound === undefined ? [] : lowOutputNotes(errors, bound)
  const isSearched = variant.quantization === 'explicit' && variant.placement === 'tuned'
  return {
    ...built,
    // The engine of the search held the bound; further builds of its plan are compared here.
    outputErrors: { ...errors, ...(isSearched && bound !== undefined && { bound }) },
    notes: [...built.notes, ...low, ...(low.length > 0 ? otherRanges(variant) : [])],
  }
}

/** What may help an engine whose ranges we have chosen, if its answers are too far from float. */
function otherRanges(variant: ExplicitVariant | ImplicitVariant): string[] {
  const isGiven =
    variant.quantization === 'implicit' ? variant.cache : (variant.model ?? variant.like ?? undefined)
  if (isGiven !== undefined) return []
  const { calibration = compiledMethod } = variant
  const others = (['mse', 'percentile'] as const).filter(method => method !== calibration)
  return [
    `its ranges are by ${calibration}: ${others.map(method => `\`"calibration": "${method}"\``).join(' or ')} may keep more`,
  ]
}

/** What a backend compiles, sentences about what was left out of it, the typing if the model needs one. */
type Source = CompileSource & {
  readonly notes?: readonly string[]
  readonly typing?: 'strong'
  /** Folder of an engine that is built already. */
  readonly engine?: string
}

async function compileSource(variant: Variant, task: BuildTask): Promise<Source> {
  const { quantization } = variant
  if (quantization === 'explicit') return explicitSource(variant, task)
  const model =
    quantization === 'none' && variant.model !== undefined ? resolve(variant.model) : task.source.path
  const source = { model, quantization, ...(await signatureOf(model, task.signal)) }
  if (quantization === 'none') return source
  if (variant.include ?? variant.exclude) {
    throw new InputError(
      `variant \`${task.variant}\`: \`include\` and \`exclude\` of an implicit variant are for targets with onnxruntime: ${task.context.target.backend} chooses its layers itself; leave them out, or give them to an explicit variant with a \`placement\``,
    )
  }
  refuseBounds(variant, task)
  const proto = await readModel(model)
  if (hasQdq(proto)) {
    throw new InputError(`${model}: has Q/DQ nodes, which an implicit build would obey: give the fp32 model`)
  }
  return { ...source, ...(await implicitScales(variant, proto, task)) }
}

async function explicitSource(variant: ExplicitVariant, task: BuildTask): Promise<Source> {
  const file = join(task.directory, 'explicit.onnx')
  if (variant.placement !== 'tuned') refuseBounds(variant, task)
  else {
    const { model, plan, engine, notes } = await tunedModel(variant, task)
    await writeModel(model, file)
    await writeFile(join(task.directory, 'explicit.plan.json'), `${JSON.stringify(plan, undefined, 2)}\n`)
    const source = {
      model: file,
      quantization: 'explicit',
      notes,
      engine,
      ...(await signatureOf(file, task.signal)),
    } as const
    return plan.half ? { ...source, typing: 'strong' } : source
  }
  const found = await explicitModel(variant, compiledMethod, task)
  const model = found.of === 'variant' ? found.path : file
  if (found.of === 'variant') checkSymmetric(found.model, found.path)
  else await writeModel(found.of === 'engine' ? found.model : byPlacement(found), model)
  const ofPlacement = found.of === 'placement' ? found.selected.notes : []
  const notes = found.of === 'variant' ? [] : [...ofPlacement, ...found.notes]
  return { model, quantization: 'explicit', notes, ...(await signatureOf(model, task.signal)) }
}

function byPlacement({ placement, prepared, ranges, selected }: Extract<ExplicitModel, { of: 'placement' }>) {
  const quantized = quantizeModel(prepared, { ranges, placement, precision: selected.precision })
  checkSymmetric(quantized, `placement \`${placement}\``)
  return quantized
}

/** Layers do not go back to float one by one, as each try would be a build: only a search among builds has bounds. */
function refuseBounds(
  { outputError = 'none', maxAccuracyDrop }: ExplicitVariant | ImplicitVariant,
  task: BuildTask,
): void {
  const word = maxAccuracyDrop !== undefined ? 'maxAccuracyDrop' : 'outputError'
  if (word === 'outputError' && outputError === 'none') return
  throw new InputError(
    `variant \`${task.variant}\`: \`${word}\` is for targets with onnxruntime, and for placement \`tuned\`: with ${task.context.target.backend} leave it out and write a clause about accuracy`,
  )
}
