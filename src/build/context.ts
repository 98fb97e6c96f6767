import { resolve } from 'node:path'
import { loadDataset } from '../data/load-dataset.ts'
import { checkInputs } from '../engine/feeds.ts'
import { defaultTarget, type Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import type { EngineContext } from './engine.ts'
import { hashModel } from './hash.ts'
import { loadModel } from './load-model.ts'
import { randomDataset } from './random-dataset.ts'
import type { SourceModel } from './task.ts'

export const defaultBudgetSeconds = 30
const defaultSeed = 1
const randomSamples = 64

/** Reads what all variants share - the model's signature and the data - and checks that they fit together. */
export async function openContext(
  spec: BuildSpec,
  options: BuildOptions,
): Promise<{ source: SourceModel; context: EngineContext }> {
  const target = targetOf(spec.target ?? {})
  const path = resolve(spec.model)
  const hash = await hashModel(path)
  const { inputs } = await loadModel(path, hash.sha256, target, options.signal)
  const source = { path, ...hash, inputs }
  const seed = spec.seed ?? defaultSeed
  const calibration =
    spec.calibration === 'random'
      ? randomDataset(inputs, Math.max(randomSamples, target.batch), seed)
      : spec.calibration && (await loadDataset(spec.calibration, 'calibration'))
  const evaluation = spec.evaluation && (await loadDataset(spec.evaluation, 'evaluation'))
  for (const data of [calibration, evaluation]) if (data) checkInputs(data, inputs, target.batch)
  const { is = 'population' } = typeof spec.evaluation === 'object' ? spec.evaluation : {}
  const context: EngineContext = {
    target,
    ...(calibration && { calibration }),
    ...(evaluation && { evaluation }),
    evaluationIs: is,
    metrics: spec.metrics ?? {},
    seed,
    budgetSeconds: spec.budgetSeconds ?? defaultBudgetSeconds,
  }
  return { source, context }
}

function targetOf(given: Partial<Target>): Target {
  const target = { ...defaultTarget, ...given }
  if (target.backend !== 'onnxruntime' || target.provider !== 'cpu') {
    throw new InputError(
      `target ${target.backend}/${target.provider} is not there: this version runs on onnxruntime/cpu`,
    )
  }
  for (const name of ['threads', 'batch'] as const) {
    if (!Number.isSafeInteger(target[name]) || target[name] < 1) {
      throw new InputError(`\`${name}\` of the target is ${target[name]}: it is a whole number from 1`)
    }
  }
  return target
}
