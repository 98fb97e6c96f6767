import { backendOf } from '../../backends/backends.ts'
import type { OpenEngines } from '../../engine/backend.ts'
import { feedsOf } from '../../engine/feeds.ts'
import type { Target } from '../../engine/target.ts'
import { readModel } from '../../onnx/read-model.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import type { BuildTask } from '../task.ts'
import { compareOutputs } from './compare-outputs.ts'
import { findParts } from './find-parts.ts'
import { holdsBound, type OutputErrors } from './output-errors.ts'
import { type SampleValues, sampleValues } from './sample-values.ts'

/** Compares engines with the float model, output by output, on the same samples. */
export interface OutputGuard {
  /** Runs a model on all samples. */
  errorsOf(model: string): Promise<OutputErrors>
  /**
   * The same if every output has so many dB, and undefined otherwise, sooner: it starts with the samples in which models
   * failed before, and ends with the first in which this one does.
   */
  errorsWithin(model: string, bound: number): Promise<OutputErrors | undefined>
  /**
   * What models lose, to find out where errors come from: energy of the error as a share of the output's energy, of the
   * output that loses most, over a few samples.
   */
  lossesOf(models: readonly string[]): Promise<number[]>
  /** About how many seconds that takes for each model. */
  readonly secondsPerLoss: number
}

/** Samples on which losses are measured, and seconds that they may take for each model: one is the least. */
const [mostLossSamples, lossSeconds] = [4, 2]
/** Outputs of the float model that are held in memory, in bytes. */
const mostBytes = 2 ** 28
/** Of a usual build, for running it on the samples: with fewer of them, if that takes longer. */
const mostSeconds = 20
/** Fewer say nothing of samples that differ. */
const leastSamples = 2
/** Memory for engines that are open together, in bytes: each takes about as much as the float model did. On a GPU nobody knows. */
const mostForEngines = 2 ** 30

/**
 * Runs the float model on the samples that were held back; undefined where nothing can be said: there are no samples, they
 * are random numbers, the model itself is in INT8, or the backend compiles engines of its own.
 */
export async function openGuard(task: BuildTask): Promise<OutputGuard | undefined> {
  const { context, source, signal, time } = task
  const { target, guard } = context
  if (!guard || backendOf(target).compile) return undefined
  const { data, heldBack } = guard
  const model = await readModel(source.path)
  if (hasQdq(model)) return undefined
  task.onProgress?.(`${task.variant}: running float, to compare outputs with it`)
  const parts = await findParts(model, task)

  const { batch } = target
  /** Gives the outputs of the samples of a feed, by its index. */
  const inferFeeds = (id: string, engines: OpenEngines) => {
    const feeds = feedsOf(data, engines.signatures.get(id)!.inputs, batch)
    return async (feed: number) => {
      signal?.throwIfAborted()
      const [outputs] = await engines.infer(id, [feeds[feed]!])
      return sampleValues(outputs!, Math.min(batch, data.size - feed * batch), batch)
    }
  }
  /** Outputs of the first samples, as many as `goesOn` takes. */
  const run = async (
    id: string,
    engines: OpenEngines,
    goesOn: (done: readonly SampleValues[]) => boolean,
  ) => {
    const infer = inferFeeds(id, engines)
    const done: SampleValues[] = []
    for (let feed = 0; feed * batch < data.size && goesOn(done); feed++) done.push(...(await infer(feed)))
    return done
  }
  const open = (models: readonly string[], { reuse, on = target }: { reuse: boolean; on?: Target }) =>
    backendOf(on).open(
      models.map((model, i) => ({ id: String(i), model })),
      on,
      { signal, reuse },
    )

  const engines = await open([source.path], { reuse: false, on: inFloat32(target) })
  let reference: SampleValues[]
  let together = 1
  const start = performance.now()
  try {
    const isTime = () => performance.now() - start < 1000 * time.part(mostSeconds)
    const isRoom = (done: readonly SampleValues[]) =>
      done.length < mostLossSamples || bytesOf(done) < mostBytes
    reference = await run('0', engines, done => done.length < leastSamples || (isTime() && isRoom(done)))
    together = Math.max(
      1,
      Math.floor(mostForEngines / (await engines.peakMemory().catch(() => mostForEngines))),
    )
  } finally {
    await engines.stop()
  }
  const secondsEach = (performance.now() - start) / 1000 / reference.length
  const lossSamples = Math.min(
    reference.length,
    Math.max(1, Math.min(mostLossSamples, Math.floor(lossSeconds / secondsEach))),
  )
  const compare = compareOutputs(reference, parts)
  // The samples that are most likely to fail come first.
  let order = Array.from({ length: Math.ceil(reference.length / batch) }, (_, feed) => feed)
  const measure = async (models: readonly string[], samples: number) => {
    const found = []
    for (let first = 0; first < models.length; first += together) {
      const some = models.slice(first, first + together)
      const engines = await open(some, { reuse: true })
      try {
        for (const i of some.keys())
          found.push(compare(await run(String(i), engines, done => done.length < samples)))
      } finally {
        await engines.stop()
      }
    }
    return found
  }
  return {
    secondsPerLoss: secondsEach * lossSamples,
    async errorsOf(model) {
      const [outputs] = await measure([model], reference.length)
      return { samples: reference.length, heldBack, outputs: outputs! }
    },
    async errorsWithin(model, bound) {
      const engines = await open([model], { reuse: true })
      const infer = inferFeeds('0', engines)
      const found: SampleValues[] = []
      try {
        for (const feed of order) {
          const outputs = await infer(feed)
          if (compare(outputs, feed * batch).some(({ sqnr }) => sqnr && sqnr.worst < bound)) {
            order = [feed, ...order.filter(other => other !== feed)]
            return undefined
          }
          for (const [i, values] of outputs.entries()) found[feed * batch + i] = values
        }
      } finally {
        await engines.stop()
      }
      const errors = { samples: found.length, heldBack, outputs: compare(found) }
      return holdsBound(errors, bound) ? errors : undefined
    },
    async lossesOf(models) {
      const found = await measure(models, lossSamples)
      return found.map(outputs =>
        Math.max(...outputs.map(({ sqnr }) => (sqnr ? 10 ** (-sqnr.overall / 10) : 0))),
      )
    },
  }
}

function bytesOf(samples: readonly SampleValues[]): number {
  return samples.flatMap(values => [...values.values()]).reduce((sum, { data }) => sum + data.byteLength, 0)
}

/** What engines are compared with computes in 32 bits. */
function inFloat32(target: Target): Target {
  return backendOf(target).inFloat32?.(target) ?? target
}
