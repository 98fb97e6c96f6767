import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { backendOf } from '../backends/backends.ts'
import type { EngineLayer, Precision } from '../engine/backend.ts'
import { describeFallback, fallbackOf } from '../engine/fallback.ts'
import { checkInputs } from '../engine/feeds/feeds.ts'
import { countOperators } from '../engine/operator-counts.ts'
import { notTensor, type TensorInfo } from '../engine/tensor-info.ts'
import { InputError, messageOf } from '../errors.ts'
import { scratchDirectory } from '../scratch-directory.ts'
import { buildKey } from './cache/build-key.ts'
import { cached } from './cache/cache.ts'
import { hashFile, hashJson, hashModel } from './cache/hash.ts'
import { loadModel } from './cache/load-model.ts'
import { compileVariant } from './compiled/compile-variant.ts'
import type { Engine, EngineContext } from './engine.ts'
import { tellNothingNotes } from './guard/guard-notes.ts'
import { buildExplicit } from './quantizations/explicit.ts'
import { buildImplicit } from './quantizations/implicit.ts'
import { buildNone } from './quantizations/none.ts'
import type { BuildTask, Built, ModelChoice } from './task.ts'
import { timeLimit } from './time-limit.ts'
import type { Variant } from './variant.ts'

interface BuildRecord extends Built {
  readonly seconds: number
}

const damagedNote = 'what the cache held was not as it had been written: built again'
const randomNote = 'calibrated on random numbers: for experiments on speed alone'

/** Builds one variant into an engine, or takes it from the cache. */
export async function buildVariant(
  name: string,
  variant: Variant,
  shared: Omit<BuildTask, 'variant' | 'directory' | 'scratch' | 'time'>,
): Promise<Engine> {
  const { context, signal } = shared
  const own = ownFile(variant)
  const key = buildKey(variant, await ownHash(variant), shared)
  const make = async (directory: string): Promise<BuildRecord> => {
    const start = performance.now()
    const time = timeLimit(secondsFor(variant, context))
    const scratch = await scratchDirectory('build')
    try {
      const built = await build(variant, { ...shared, variant: name, directory, scratch, time })
      return { ...built, seconds: (performance.now() - start) / 1000 }
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
  // What noise decided is asked again.
  const isFinal = ({ tuning }: BuildRecord) => !tuning?.undecided
  const { record, directory, fromCache, damaged } = await cached(key, make, isFinal)
  const model = pathOf(record.model, directory, own, shared)
  const compiles = backendOf(context.target).compile !== undefined
  const { sha256, bytes } = compiles ? await hashFile(model) : await hashModel(model)
  const { inputs, outputs, layers } = await loadModel(model, sha256, context, signal)
  const fallback = fallbackOf(layers)
  // Only files that the build wrote hold ranges of its own; a reduced copy of the user's model holds the user's.
  const isOurs = record.model.of === 'build' && own === undefined && !('like' in variant)
  const calibrated = isOurs && variant.quantization !== 'none'
  const engine: Engine = {
    variant: name,
    quantization: variant.quantization,
    model,
    sha256,
    bytes,
    buildSeconds: record.seconds,
    fromCache,
    calibrated,
    inputs,
    operators: countOperators(layers),
    layers: countLayers(layers),
    notes: [
      ...(fallback ? [describeFallback(fallback)] : []),
      ...(damaged ? [damagedNote] : []),
      ...record.notes,
      ...(record.outputErrors ? tellNothingNotes(record.outputErrors) : []),
      ...outputs.filter(({ type }) => type === notTensor).map(leftOut),
      ...(calibrated && context.calibration?.random ? [randomNote] : []),
    ],
    ...(fallback && { fallback }),
    ...selectionOf(variant),
    ...(record.outputErrors && { outputErrors: record.outputErrors }),
    ...(record.plan && { plan: record.plan }),
    ...(record.tuning && { tuning: record.tuning }),
    context,
  }
  checkFits(engine)
  return engine
}

function leftOut({ name }: TensorInfo): string {
  return `output \`${name}\` is a sequence, a map or an optional value: it is computed and timed, but not compared`
}

async function build(variant: Variant, task: BuildTask): Promise<Built> {
  if (backendOf(task.context.target).compile) return compileVariant(variant, task)
  switch (variant.quantization) {
    case 'none':
      return buildNone(variant, task)
    case 'explicit':
      return buildExplicit(variant, task)
    case 'implicit':
      return buildImplicit(variant, task)
    default:
      throw new InputError(
        `variant \`${task.variant}\`: quantization is none, implicit or explicit, not ${JSON.stringify((variant as Variant).quantization)}`,
      )
  }
}

/** The file that a variant brings along: a model, or a calibration cache. */
function ownFile(variant: Variant): string | undefined {
  if ('model' in variant && variant.model !== undefined) return resolve(variant.model)
  return 'cache' in variant && variant.cache !== undefined ? resolve(variant.cache) : undefined
}

/** Of all that the variant brings along. */
async function ownHash(variant: Variant): Promise<string | undefined> {
  if ('like' in variant && variant.like) {
    const hashes = await Promise.all([variant.like.layers, variant.like.cache].map(hashFile))
    return hashJson(hashes.map(({ sha256 }) => sha256))
  }
  const own = ownFile(variant)
  if (own === undefined) return undefined
  const { sha256 } = 'model' in variant ? await hashModel(own) : await hashFile(own)
  return sha256
}

function pathOf(
  choice: ModelChoice,
  directory: string,
  own: string | undefined,
  { source, explicits }: Pick<BuildTask, 'source' | 'explicits'>,
): string {
  switch (choice.of) {
    case 'build':
      return join(directory, choice.file)
    case 'contract':
      return source.path
    case 'variant':
      return own!
    case 'explicit':
      return explicits.find(({ variant }) => variant === choice.variant)!.model
  }
}

function secondsFor(variant: Variant, { buildSeconds }: Pick<EngineContext, 'buildSeconds'>): number {
  return (variant.quantization === 'implicit' ? variant.buildTime : undefined) ?? buildSeconds
}

function selectionOf(variant: Variant): Pick<Engine, 'selection'> {
  if (variant.quantization === 'none' || !(variant.include ?? variant.exclude)) return {}
  const { include, exclude } = variant
  return { selection: { include, exclude } }
}

/** All engines are fed with the same samples. */
function checkFits({ variant, inputs, context }: Engine): void {
  for (const data of [context.calibration, context.evaluation]) {
    try {
      if (data) checkInputs(data, inputs, context.target.batch)
    } catch (error) {
      throw new InputError(`variant \`${variant}\`: ${messageOf(error)}`, { cause: error })
    }
  }
}

/** How many layers of an engine run in which precision; those that occur. */
function countLayers(layers: readonly EngineLayer[]): Partial<Record<Precision, number>> {
  const counts: Partial<Record<Precision, number>> = {}
  for (const { precision } of layers) counts[precision] = (counts[precision] ?? 0) + 1
  return counts
}
