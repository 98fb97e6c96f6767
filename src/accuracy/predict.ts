import { backendOf } from '../backends/backends.ts'
import type { Dataset } from '../data/dataset.ts'
import type { EngineFile } from '../engine/backend.ts'
import { feedsOf } from '../engine/feeds.ts'
import type { Target } from '../engine/target.ts'
import type { Feed } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'

/** Output name -> values of one sample. The first output comes first. */
export type SampleOutputs = ReadonlyMap<string, Float32Array>

/** A model's outputs for samples of a data set. */
export interface Predictions {
  readonly model: string
  /** Positions of the samples in the data set. */
  readonly samples: readonly number[]
  /** One entry per sample. */
  readonly outputs: readonly SampleOutputs[]
}

export interface PredictOptions {
  readonly target: Target
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Feeds per message to the host. */
const chunk = 32

/** Runs every sample through a model, in order. */
export async function predict(
  engine: EngineFile,
  dataset: Dataset,
  options: PredictOptions,
): Promise<SampleOutputs[]> {
  const { target } = options
  const engines = await backendOf(target).open([engine], target, { signal: options.signal })
  try {
    const { inputs } = engines.signatures.get(engine.id)!
    const feeds = feedsOf(dataset, inputs, target.batch)
    const outputs: SampleOutputs[] = []
    for (let first = 0; first < feeds.length; first += chunk) {
      options.signal?.throwIfAborted()
      for (const result of await engines.infer(engine.id, feeds.slice(first, first + chunk))) {
        outputs.push(
          ...samplesOf(result, Math.min(target.batch, dataset.size - outputs.length), engine.model),
        )
      }
      options.onProgress?.(outputs.length, dataset.size)
    }
    return outputs
  } finally {
    await engines.stop()
  }
}

/** Cuts the outputs of one inference into its samples; rows that only fill up a fixed batch are left out. */
function samplesOf(result: Feed, samples: number, model: string): Map<string, Float32Array>[] {
  const perSample = Array.from({ length: samples }, () => new Map<string, Float32Array>())
  for (const [name, { data, shape }] of result) {
    if (!(data instanceof Float32Array)) continue
    const rows = shape[0] ?? 1
    if (rows < samples) {
      throw new InputError(`${model}: output \`${name}\` has ${rows} rows for a batch of ${samples} samples`)
    }
    const size = data.length / rows
    for (const [i, outputs] of perSample.entries()) outputs.set(name, data.subarray(i * size, (i + 1) * size))
  }
  return perSample
}
