import { resolve } from 'node:path'
import { backendOf } from '../backends/backends.ts'
import { defaultTarget, resolveTarget } from '../backends/resolve-target.ts'
import type { Dataset } from '../data/dataset.ts'
import { firstSamples } from '../data/first-samples.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { openSamples } from '../data/open-samples.ts'
import type { ModelInput } from '../data/sample-source.ts'
import { streamDataset } from '../data/stream-dataset.ts'
import { checkInputs } from '../engine/feeds.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import { hashModel } from './cache/hash.ts'
import { loadModel } from './cache/load-model.ts'
import type { EngineContext } from './engine.ts'
import { randomDataset } from './random-dataset.ts'
import type { SourceModel } from './task.ts'

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
export async function openContext(spec: BuildSpec, options: BuildOptions): Promise<OpenedContext> {
  const target = resolveTarget(spec.target)
  const backend = backendOf(target)
  const accelerator = await backend.accelerator(target)
  const path = resolve(spec.model)
  const hash = await hashModel(path)
  // What a backend compiles is an ONNX file all the same, which ONNX Runtime can read.
  const reading = backend.compile
    ? { target: defaultTarget }
    : { target, ...(accelerator && { accelerator }) }
  const { inputs } = await loadModel(path, hash.sha256, reading, options.signal)
  const source = { path, ...hash, inputs }
  const seed = spec.seed ?? defaultSeed
  const calibrationSamples =
    spec.calibration === 'random'
      ? streamDataset(randomDataset(inputs, Math.max(randomSamples, target.batch), seed))
      : spec.calibration && (await openSamples(spec.calibration, inputs, 'calibration'))
  const calibration =
    calibrationSamples &&
    (await firstSamples(calibrationSamples, {
      count: Math.max(samplesInMemory, target.batch),
      bytes: bytesInMemory,
      least: target.batch,
    }))
  const evaluation = spec.evaluation && (await loadEvaluation(spec.evaluation, inputs))
  for (const data of [calibration, evaluation]) if (data) checkInputs(data, inputs, target.batch)
  const { is = 'population' } = typeof spec.evaluation === 'object' ? spec.evaluation : {}
  const context: EngineContext = {
    target,
    ...(accelerator && { accelerator }),
    ...(calibration && { calibration }),
    ...(calibrationSamples && { calibrationSamples }),
    ...(evaluation && { evaluation }),
    evaluationIs: is,
    metrics: spec.metrics ?? {},
    seed,
    budgetSeconds: spec.budgetSeconds ?? defaultBudgetSeconds,
  }
  return { source, context }
}

/** All labelled samples: every one of them is predicted, by each engine. */
async function loadEvaluation(
  source: NonNullable<BuildSpec['evaluation']>,
  inputs: readonly ModelInput[],
): Promise<Dataset> {
  if (typeof source === 'string' ? !source.endsWith('.npy') : 'npz' in source) {
    return loadDataset(source as string, 'evaluation')
  }
  return firstSamples(await openSamples(source, inputs, 'evaluation'))
}
