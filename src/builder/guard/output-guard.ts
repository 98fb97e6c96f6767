import { backendOf } from '../../backends/backends.ts'
import type { OpenEngines } from '../../engine/backend.ts'
import { inNamesOf, renamedOutputs } from '../../engine/renamed-outputs.ts'
import type { Target } from '../../engine/target.ts'
import type { TensorInfo } from '../../engine/tensor-info.ts'
import { readModel } from '../../onnx/read-model.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { hashFile, hashModel } from '../cache/hash.ts'
import { floatTarget } from '../float-target.ts'
import type { BuildTask } from '../task.ts'
import { compareOutputs } from './compare-outputs.ts'
import { findParts } from './find-parts.ts'
import { type GuardFeed, guardFeeds } from './guard-feeds.ts'
import { holdsBound, missCounter, type OutputErrors } from './output-errors.ts'
import { randomOutputs } from './random-outputs.ts'
import { type SampleValues, sampleValues } from './sample-values.ts'
import { timeForMore } from './time-for-more.ts'

/** Compares engines with the float model, output by output, on the same samples. */
export interface OutputGuard {
  /** Runs a model on all samples. */
  errorsOf(model: string): Promise<OutputErrors>
  /**
   * The same if every output has so many dB and some to spare, and undefined otherwise, sooner: it starts with the samples in
   * which models failed before, and ends with the one that is too many.
   */
  errorsWithin(model: string, bound: number, spare: number): Promise<OutputErrors | undefined>
  /**
   * What models lose, to find out where errors come from: energy of the error as a share of the output's energy, of the
   * output that loses most, over a few samples, those in which a model was worst before.
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
/** Of a usual build, for running float on samples that calibrated. */
const mostSecondsForMore = 8
/** What one engine of a search runs of them: there are dozens of engines. */
const secondsPerLook = 3
/** Memory for engines that are open together, in bytes: each takes about as much as the float model did. On a GPU nobody knows. */
const mostForEngines = 2 ** 30

/**
 * Runs the float model on the samples that were held back; undefined where nothing can be said: there are no samples, they
 * are random numbers, or the model itself is in INT8.
 *
 * Samples that calibrated follow, as many as there is time for. The first engine runs on all of them; those after it on what
 * was held back and on those of the others in which the first was worst.
 *
 * @param decides - whether layers go back for it: what is only told takes the samples that were held back
 */
export async function openGuard(
  task: BuildTask,
  { decides }: { readonly decides: boolean },
): Promise<OutputGuard | undefined> {
  const { context, source, signal, time } = task
  const { target, guard } = context
  if (!guard) return undefined
  const { data, heldBack } = guard
  const model = await readModel(source.path)
  if (hasQdq(model)) return undefined
  task.onProgress?.(`${task.variant}: running float, to compare outputs with it`)
  const parts = await findParts(model, task)

  const { batch } = target
  const open = (models: readonly string[], { reuse, on = target }: { reuse: boolean; on?: Target }) =>
    backendOf(on).open(
      models.map((model, i) => ({ id: String(i), model })),
      on,
      { signal, reuse },
    )
  const feedsFor = (id: string, engines: OpenEngines) =>
    guardFeeds(context, engines.signatures.get(id)!.inputs, decides)
  /** Outputs of the float model. */
  let given: readonly TensorInfo[] | undefined
  const infer = async (id: string, engines: OpenEngines, { feed, samples }: GuardFeed) => {
    signal?.throwIfAborted()
    const [outputs] = await engines.infer(id, [feed()])
    const renamed = renamedOutputs(given ?? [], engines.signatures.get(id)!.outputs)
    return sampleValues(inNamesOf(renamed, outputs!), samples.length, batch)
  }

  const engines = await open([source.path], { reuse: false, on: floatTarget(target) })
  given = engines.signatures.get('0')!.outputs
  const reference: SampleValues[] = []
  // Indices of feeds: the samples that are most likely to fail come first.
  let order: readonly number[] = []
  let random: readonly string[] = []
  let together = 1
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  try {
    const isRoom = () => reference.length < mostLossSamples || bytesOf(reference) < mostBytes
    const isTimeForMore = timeForMore(time.part(mostSecondsForMore), data.size)
    for (const [index, feed] of feedsFor('0', engines).entries()) {
      const done = reference.length
      const isTime = done < data.size ? seconds() < time.part(mostSeconds) : isTimeForMore(done, seconds())
      if (done >= leastSamples && !(isTime && isRoom())) break
      reference.push(...(await infer('0', engines, feed)))
      order = [...order, index]
    }
    random = await randomOutputs(
      model,
      reference[0],
      async () => (await infer('0', engines, feedsFor('0', engines)[0]!))[0]!,
    )
    together = Math.max(
      1,
      Math.floor(mostForEngines / (await engines.peakMemory().catch(() => mostForEngines))),
    )
  } finally {
    await engines.stop()
  }
  const secondsEach = seconds() / reference.length
  const lossSamples = Math.min(
    reference.length,
    Math.max(1, Math.min(mostLossSamples, Math.floor(lossSeconds / secondsEach))),
  )
  const judged = reference.map(values => new Map([...values].filter(([name]) => !random.includes(name))))
  const compare = compareOutputs(judged, parts)
  const errorsOn = (outputs: ReadonlyMap<number, SampleValues>): OutputErrors => {
    const calibrating = [...outputs.keys()].filter(sample => sample >= data.size).length
    return {
      samples: outputs.size,
      ...(calibrating > 0 && { calibrating }),
      ...(outputs.size < reference.length && { worstOf: reference.length }),
      heldBack,
      ...(random.length > 0 && { random }),
      outputs: compare([...outputs.values()], [...outputs.keys()]),
    }
  }
  /** The least dB of an output in samples of one feed. */
  const leastOf = (outputs: ReadonlyMap<number, SampleValues>) =>
    Math.min(
      ...compare([...outputs.values()], [...outputs.keys()]).map(({ sqnr }) => sqnr?.worst ?? Infinity),
    )
  /** Outputs of an engine by sample, on so many of them, as long as each feed lets it go on. */
  const run = async (
    id: string,
    engines: OpenEngines,
    most: number,
    goesOn: (index: number, outputs: ReadonlyMap<number, SampleValues>) => boolean = () => true,
  ) => {
    const feeds = feedsFor(id, engines)
    const found = new Map<number, SampleValues>()
    for (const index of order) {
      if (found.size >= most) break
      const outputs = await infer(id, engines, feeds[index]!)
      const ofFeed = new Map(outputs.map((values, i) => [feeds[index]!.samples[i]!, values]))
      for (const [sample, values] of ofFeed) found.set(sample, values)
      if (!goesOn(index, ofFeed)) break
    }
    return found
  }
  /** Of feeds, from the one that is most likely to fail, those that every engine runs. */
  const hardest = (feeds: readonly number[]) => {
    const held = Math.ceil(data.size / batch)
    const more = Math.max(0, Math.floor(secondsPerLook / (secondsEach * batch)) - held)
    const others = new Set(feeds.filter(feed => feed >= held).slice(0, more))
    return feeds.filter(feed => feed < held || others.has(feed))
  }
  /** A plan is written anew wherever it is asked for. */
  const errorsByHash = new Map<string, OutputErrors>()
  const hashOf = backendOf(target).compile ? hashFile : hashModel
  return {
    secondsPerLoss: secondsEach * lossSamples,
    async errorsOf(model) {
      const { sha256 } = await hashOf(model)
      const known = errorsByHash.get(sha256)
      if (known) return known
      const engines = await open([model], { reuse: true })
      const least = new Map<number, number>()
      try {
        const found = await run('0', engines, reference.length, (index, outputs) => {
          least.set(index, leastOf(outputs))
          return true
        })
        order = hardest(order.toSorted((a, b) => least.get(a)! - least.get(b)!))
        const errors = errorsOn(found)
        errorsByHash.set(sha256, errors)
        return errors
      } finally {
        await engines.stop()
      }
    },
    async errorsWithin(model, bound, spare) {
      const engines = await open([model], { reuse: true })
      const isTooMany = missCounter(bound + spare, reference.length)
      const missed: number[] = []
      let failed = false
      try {
        const found = await run('0', engines, reference.length, (index, outputs) => {
          const compared = compare([...outputs.values()], [...outputs.keys()])
          if (compared.some(({ sqnr }) => sqnr && sqnr.worst < bound + spare)) missed.push(index)
          failed = isTooMany(compared)
          return !failed
        })
        if (failed) {
          order = [...missed, ...order.filter(other => !missed.includes(other))]
          return undefined
        }
        const errors = errorsOn(found)
        errorsByHash.set((await hashOf(model)).sha256, errors)
        return holdsBound(errors, bound, spare) ? errors : undefined
      } finally {
        await engines.stop()
      }
    },
    async lossesOf(models) {
      const losses: number[] = []
      for (let first = 0; first < models.length; first += together) {
        const some = models.slice(first, first + together)
        const engines = await open(some, { reuse: true })
        try {
          for (const i of some.keys()) {
            const { outputs } = errorsOn(await run(String(i), engines, lossSamples))
            losses.push(Math.max(...outputs.map(({ sqnr }) => (sqnr ? 10 ** (-sqnr.overall / 10) : 0))))
          }
        } finally {
          await engines.stop()
        }
      }
      return losses
    },
  }
}

function bytesOf(samples: readonly SampleValues[]): number {
  return samples.flatMap(values => [...values.values()]).reduce((sum, { data }) => sum + data.byteLength, 0)
}
