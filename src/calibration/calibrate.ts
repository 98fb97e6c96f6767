import type { Dataset } from '../data/dataset.ts'
import type { NumericArray } from '../data/ndarray.ts'
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
  readonly data: Dataset
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
  const { model, data, threads = 1, memoryBudget = 2 ** 28, signal, onProgress } = run
  if (data.size === 0) throw new InputError(`${data.source}: no calibration data: it holds no samples`)
  const host = await startHost(hostProgram(import.meta.url, './calibration-host'), { signal })
  try {
    const inputs = await host.call<readonly TensorInfo[]>('load', model, threads)
    const batch = fixedBatch(inputs) ?? 1
    const feed = (index: number) => feedOf(data, inputs, batch, index * batch)
    const inputShapes = new Map([...feed(0)].map(([name, { shape }]) => [name, shape]))
    const groups = await host.call<string[][]>('groups', inputShapes, memoryBudget)
    const feeds = Math.ceil(data.size / batch)
    let done = 0
    for (const group of groups) {
      await host.call('observe', group, inputShapes)
      for (let index = 0; index < feeds; index++) {
        signal?.throwIfAborted()
        await host.call('add', feed(index), initialRange, `${data.source}, sample ${index * batch}`)
        onProgress?.({ done: ++done, total: groups.length * feeds })
      }
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

/** One feed at a time: the feeds of a whole data set would hold it in memory twice. */
function feedOf(data: Dataset, inputs: readonly TensorInfo[], batch: number, first: number): Feed {
  const size = Math.min(batch, data.size - first)
  const rows = [...data.inputs].map(([name, { shape, data: values }]) => {
    const length = values.length / (shape[0] || 1)
    const part = values.subarray(first * length, (first + size) * length) as NumericArray
    return [name, { shape: [size, ...shape.slice(1)], data: part }] as const
  })
  return feedsOf({ ...data, size, inputs: new Map(rows) }, inputs, batch)[0]!
}
