import { backendOf } from '../backends/backends.ts'
import type { Dataset } from '../data/dataset.ts'
import type { EngineFile } from '../engine/backend.ts'
import { feedsOf } from '../engine/feeds.ts'
import type { Target } from '../engine/target.ts'
import { cutSamples, type SampleOutputs } from './cut-samples.ts'

/** A model's outputs for samples of a data set. */
export interface Predictions {
  readonly model: string
  /** What it is called in messages; default: by its path. */
  readonly variant?: string
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
        const { batch } = target
        const samples = Math.min(batch, dataset.size - outputs.length)
        outputs.push(...cutSamples(result, { samples, batch, model: engine.model, integers: true }))
      }
      options.onProgress?.(outputs.length, dataset.size)
    }
    return outputs
  } finally {
    await engines.stop()
  }
}
