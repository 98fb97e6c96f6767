import type { Dataset } from '../data/dataset.ts'
import { joinSamples } from '../data/join-samples.ts'
import type { Sample, SampleStream } from '../data/sample-stream.ts'
import { streamDataset } from '../data/stream-dataset.ts'
import { feedsOf } from '../engine/feeds.ts'
import { type Host, hostProgram, startHost } from '../engine/host.ts'
import type { Feed, TensorInfo } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'
import type { Ranges } from '../quantize/ranges.ts'
import type { Histogram, InitialRange } from './histogram.ts'
import type { Grid } from './method.ts'
import { type MethodName, methods } from './methods.ts'

export interface CalibrationRun {
  /** Path of the float model. */
  readonly model: string
  readonly data: Dataset | SampleStream
  /**
   * Threads within an operator. Default: as many as ONNX Runtime takes by itself. The last bits of activations depend on
   * them: with equal threads on one machine, ranges are those of its Python quantizer bit for bit.
   */
  readonly threads?: number
  /** Bytes that the activations of one inference may take; more than one pass over the data where they exceed it. */
  readonly memoryBudget?: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: CalibrationProgress) => void) | undefined
}

/** Inferences done, and how many it takes. */
export interface CalibrationProgress {
  readonly done: number
  readonly total: number
}

export interface CalibrationOptions extends CalibrationRun {
  readonly method: MethodName
  readonly grid: Grid
}

/**
 * Runs a model on calibration data and chooses the range of every float activation: graph inputs, and what the nodes
 * of the main graph compute from them.
 *
 * Samples are fed one at a time and in order (the `entropy` method depends on the first), or as many at a time as the
 * model's batch is fixed to; the last batch is filled up with the last sample.
 *
 * @throws InputError where the data does not fit the model, or an activation is NaN or infinite
 */
export function calibrate({ method, grid, ...run }: CalibrationOptions): Promise<Ranges> {
  return observe(run, methods[method].initialRange, host => host.call('ranges', method, grid))
}

/** As `calibrate`, but gives the histogram of every float activation, from which any method can choose ranges. */
export function collectHistograms(
  run: CalibrationRun & { readonly initialRange?: InitialRange },
): Promise<ReadonlyMap<string, Histogram>> {
  return observe(run, run.initialRange ?? 'power-of-two', host => host.call('histograms'))
}

async function observe<Result>(
  run: CalibrationRun,
  initialRange: InitialRange,
  read: (host: Host) => Promise<Result>,
): Promise<Result> {
  const { model, threads = 0, memoryBudget = 2 ** 28, signal, onProgress } = run
  const data = 'samples' in run.data ? run.data : streamDataset(run.data)
  if (data.size === 0) throw new InputError(`${data.source}: no calibration data: it holds no samples`)
  const host = await startHost(hostProgram(import.meta.url, './calibration-host'), { signal })
  try {
    const inputs = await host.call<readonly TensorInfo[]>('load', model, threads)
    const batch = fixedBatch(inputs) ?? 1
    const inputShapes = await shapesOf(feedsFrom(data, inputs, batch))
    const groups = await host.call<string[][]>('groups', inputShapes, memoryBudget)
    const total = groups.length * Math.ceil(data.size / batch)
    let done = 0
    for (const group of groups) {
      await host.call('observe', group, inputShapes)
      let first = 0
      // The next feed is read while the host works on the one before.
      let added: Promise<void> | undefined
      for await (const feed of feedsFrom(data, inputs, batch)) {
        signal?.throwIfAborted()
        await added
        added = host
          .call<void>('add', feed, initialRange, `${data.source}, sample ${first}`)
          .then(() => onProgress?.({ done: ++done, total }))
        // Awaited a feed later: until then it is not unhandled.
        added.catch(() => {})
        first += batch
      }
      await added
    }
    return await read(host)
  } finally {
    await host.stop()
  }
}

/** The batch size that the model's inputs are fixed to, undefined where it is free. */
function fixedBatch(inputs: readonly TensorInfo[]): number | undefined {
  return inputs.map(({ shape }) => shape[0]).find(size => typeof size === 'number')
}

/** Feeds of `batch` samples each; only the samples of one feed are in memory. */
async function* feedsFrom(
  data: SampleStream,
  inputs: readonly TensorInfo[],
  batch: number,
): AsyncGenerator<Feed> {
  let waiting: Sample[] = []
  const feed = () => {
    const dataset = { ...data, size: waiting.length, inputs: joinSamples(waiting) }
    waiting = []
    return feedsOf(dataset, inputs, batch)[0]!
  }
  for await (const sample of data.samples()) {
    waiting.push(sample)
    if (waiting.length === batch) yield feed()
  }
  if (waiting.length > 0) yield feed()
}

/** Shapes of the inputs, as the first feed has them. */
async function shapesOf(feeds: AsyncIterable<Feed>): Promise<ReadonlyMap<string, readonly number[]>> {
  for await (const feed of feeds) return new Map([...feed].map(([name, { shape }]) => [name, shape]))
  throw new Error('there is at least one sample')
}
