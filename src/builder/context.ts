import { resolve } from 'node:path'
import { backendOf } from '../backends/backends.ts'
import { defaultTarget, resolveTarget } from '../backends/resolve-target.ts'
import type { Dataset } from '../data/dataset.ts'
import { firstSamples } from '../data/first-samples.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { openSamples } from '../data/open-samples.ts'
import type { ModelInput, RandomSource } from '../data/sample-source.ts'
import { streamDataset } from '../data/stream/stream-dataset.ts'
import { wholeDataset } from '../data/whole-dataset.ts'
import { elementArrays } from '../engine/feeds/as-type.ts'
import { checkInputs } from '../engine/feeds/feeds.ts'
import { fixedBatch } from '../engine/fixed-batch.ts'
import { notTensor, type TensorInfo } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'
import { usualPace } from '../measure/pace/usual-pace.ts'
import { checkSettings } from '../settings.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import { hashModel } from './cache/hash.ts'
import { loadModel } from './cache/load-model.ts'
import type { EngineContext } from './engine.ts'
import { guardSamples, guardSamplesOfCompiled } from './guard/guard-samples.ts'
import { parsePrecision } from './parse-precision.ts'
import { randomDataset } from './source/random-dataset.ts'
import type { SourceModel } from './task.ts'
import { usualBuildSeconds } from './time-limit.ts'
import { withSettings } from './with-settings.ts'

const defaultBudgetSeconds = 30
const defaultSeed = 1
const randomSamples = 64
/** Calibration samples that stay in memory, to time engines and to check kernels on. */
const samplesInMemory = 64
/** Fewer of large ones: several processes have them at a time. */
const bytesInMemory = 2 ** 27

/** What all variants of one build share. */
export interface OpenedContext {
  readonly source: SourceModel
  readonly context: EngineContext
}

/** Reads what all variants share - the model's signature and the data - and checks that they fit together. */
export async function openContext(given: BuildSpec, options: BuildOptions): Promise<OpenedContext> {
  const spec = withSettings(given)
  const pace = spec.pace ?? usualPace()
  const asked = resolveTarget(spec.target)
  const backend = backendOf(asked)
  const accelerator = await backend.accelerator(asked)
  const path = resolve(spec.model)
  const hash = await hashModel(path)
  // What a backend compiles is an ONNX file all the same, which ONNX Runtime can read.
  const reading = backend.compile
    ? { target: defaultTarget }
    : { target: asked, ...(accelerator && { accelerator }) }
  const { inputs, outputs } = await loadModel(path, hash.sha256, reading, options.signal)
  const inputsOf = async (model: string) => {
    const { sha256 } = await hashModel(resolve(model))
    return (await loadModel(resolve(model), sha256, reading, options.signal)).inputs
  }
  refuseUnfeedable(inputs, path)
  refuseWithoutTensors(outputs, path)
  const source = { path, ...hash, inputs }
  const seed = spec.seed ?? defaultSeed
  const precision = spec.precision === undefined ? undefined : parsePrecision(spec.precision)
  const all =
    spec.calibration === undefined
      ? undefined
      : isRandom(spec.calibration)
        ? streamDataset(
            randomDataset(inputs, {
              size: Math.max(randomSamples, asked.batch, fixedBatch(inputs) ?? 1),
              seed,
              axes: axesOf(spec.calibration),
            }),
          )
        : await openSamples(spec.calibration, inputs, 'calibration')
  const evaluation = spec.evaluation ? await loadEvaluation(spec.evaluation, inputs) : undefined
  // One sample first: data that does not fit takes no memory.
  const sample = all ? await firstSamples(all, { count: 1 }) : evaluation
  const own = spec.target?.batch === undefined ? await ownBatch(inputs, sample, spec, inputsOf) : undefined
  const target = own === undefined ? asked : { ...asked, batch: own }
  options.onTarget?.(target)
  for (const data of [sample, evaluation]) if (data) checkInputs(data, inputs, target.batch)
  const samples = backend.compile
    ? await guardSamplesOfCompiled(all, evaluation, target.batch)
    : await guardSamples(all, evaluation, Object.values(spec.variants))
  const calibration =
    samples?.calibrationSamples &&
    (await firstSamples(samples.calibrationSamples, {
      count: Math.max(samplesInMemory, target.batch),
      bytes: bytesInMemory,
      least: target.batch,
    }))
  const { is = 'population' } = typeof spec.evaluation === 'object' ? spec.evaluation : {}
  const context: EngineContext = {
    target,
    ...(accelerator && { accelerator }),
    ...(calibration && { calibration }),
    ...samples,
    ...(evaluation && { evaluation }),
    evaluationIs: is,
    metrics: spec.metrics ?? {},
    ...(spec.decode && { decode: spec.decode }),
    seed,
    budgetSeconds: spec.budgetSeconds ?? defaultBudgetSeconds,
    ...(precision !== undefined && { precision }),
    ...(spec.tolerance !== undefined && { tolerance: parsePercent(spec.tolerance) }),
    ...(spec.alpha !== undefined && { alpha: spec.alpha }),
    pace,
    buildSeconds: spec.buildSeconds ?? usualBuildSeconds,
  }
  return { source, context }
}

/** All labelled samples: every one of them is predicted, by each engine. */
async function loadEvaluation(
  source: NonNullable<BuildSpec['evaluation']>,
  inputs: readonly ModelInput[],
): Promise<Dataset> {
  if (typeof source === 'string' ? !source.endsWith('.npy') : 'npz' in source) {
    return loadDataset(source as string, 'evaluation', inputs)
  }
  return wholeDataset(await openSamples(source, inputs, 'evaluation'))
}

/** The batch that the model is fixed to, or one of the files that variants bring along. */
async function ownBatch(
  inputs: readonly TensorInfo[],
  sample: Dataset | undefined,
  { variants }: BuildSpec,
  inputsOf: (model: string) => Promise<readonly TensorInfo[]>,
): Promise<number | undefined> {
  const own = fixedBatch(inputs, sample?.inputs)
  if (own !== undefined || inputs.every(({ shape }) => typeof shape[0] !== 'string')) return own
  // Data that does not fit is told before further models are loaded.
  if (sample) checkInputs(sample, inputs, 1)
  for (const variant of Object.values(variants)) {
    if (!('model' in variant) || variant.model === undefined) continue
    const fixed = fixedBatch(await inputsOf(variant.model), sample?.inputs)
    if (fixed !== undefined) return fixed
  }
  return undefined
}

/** Throws InputError if the model takes what no data can be fed as: sequences, optional values, text, bfloat16. */
function refuseUnfeedable(inputs: readonly TensorInfo[], path: string): void {
  const empty = inputs.find(({ shape }) => shape[0] === 0)
  if (empty) {
    throw new InputError(
      `${path}: input \`${empty.name}\` has a first axis of size 0 ([${empty.shape.join(', ')}]), so that nothing can be fed: export the model again`,
    )
  }
  const input = inputs.find(({ type }) => !elementArrays.has(type))
  if (!input) return
  const what = input.type === notTensor ? 'a sequence or an optional value' : input.type
  const remedy = input.type === 'bfloat16' ? 'with float32 there' : 'with tensors of numbers as inputs'
  throw new InputError(
    `${path}: input \`${input.name}\` takes ${what}, which cannot be fed from Node.js: export the model ${remedy}`,
  )
}

/** Throws InputError if a model returns nothing that Node.js can be given. */
function refuseWithoutTensors(outputs: readonly TensorInfo[], path: string): void {
  if (outputs.some(({ type }) => type !== notTensor)) return
  const names = outputs.map(({ name }) => `\`${name}\``).join(', ')
  throw new InputError(
    `${path}: no output is a tensor (${names}: a sequence, a map or an optional value), so that nothing can be read from Node.js: export the model with a tensor as output`,
  )
}

/** Throws InputError if a spec has another text, or one that accepts everything. */
function parsePercent(tolerance: string): number {
  checkSettings({ tolerance }, 'the spec')
  return Number.parseFloat(tolerance) / 100
}

type Random = 'random' | RandomSource

function isRandom(source: NonNullable<BuildSpec['calibration']>): source is Random {
  return source === 'random' || (typeof source === 'object' && 'random' in source)
}

function axesOf(source: Random): Readonly<Record<string, number>> {
  return source === 'random' || source.random === true ? {} : source.random
}
