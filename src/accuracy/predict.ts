import { backendOf } from '../backends/backends.ts'
import type { Dataset } from '../data/dataset.ts'
import type { EngineFile } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import type { Feed } from '../engine/tensor-info.ts'
import { cutSamples, type SampleOutputs } from './cut-samples.ts'
import { feedChunks } from './feed-chunks.ts'

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
  /** Called if an engine answers otherwise when it is asked again. */
  readonly onUnsteady?: (unsteady: Unsteady) => void
}

/** An output that differed for one and the same sample. */
export interface Unsteady {
  readonly output: string
  /** Largest difference of two values. */
  readonly difference: number
}

/** Feeds per message to the host. */
const chunk = 32

/** Feeds that are answered twice. */
const repeated = 2

/**
 * Runs samples through a model.
 *
 * @param positions of the samples, ascending; default: all of them
 * @returns one entry per sample, in that order
 */
export async function predict(
  engine: EngineFile,
  dataset: Dataset,
  options: PredictOptions,
  positions?: readonly number[],
): Promise<SampleOutputs[]> {
  const { target } = options
  const total = positions?.length ?? dataset.size
  const engines = await backendOf(target).open([engine], target, { signal: options.signal, reuse: true })
  try {
    const { inputs } = engines.signatures.get(engine.id)!
    const outputs: SampleOutputs[] = []
    for await (const part of feedChunks(dataset, inputs, { batch: target.batch, chunk, positions })) {
      options.signal?.throwIfAborted()
      const results = await engines.infer(engine.id, part)
      // Where a process is started for it, asking again takes as long as all the rest.
      if (outputs.length === 0 && options.onUnsteady && engines.segments === 'inferences') {
        const again = await engines.infer(engine.id, part.slice(0, repeated))
        const unsteady = largestDifference(results, again)
        if (unsteady) options.onUnsteady(unsteady)
      }
      for (const result of results) {
        const { batch } = target
        const samples = Math.min(batch, total - outputs.length)
        outputs.push(...cutSamples(result, { samples, batch, model: engine.model, integers: true }))
      }
      options.onProgress?.(outputs.length, total)
    }
    return outputs
  } finally {
    await engines.stop()
  }
}

function largestDifference(first: readonly Feed[], again: readonly Feed[]): Unsteady | undefined {
  let largest: Unsteady | undefined
  for (const [i, outputs] of again.entries()) {
    for (const [output, { data }] of outputs) {
      const before = first[i]!.get(output)!.data
      for (let j = 0; j < data.length; j++) {
        if (Object.is(before[j], data[j])) continue
        const difference = Math.abs(Number(before[j]) - Number(data[j]))
        if (!(difference <= (largest?.difference ?? 0))) largest = { output, difference }
      }
    }
  }
  return largest
}
