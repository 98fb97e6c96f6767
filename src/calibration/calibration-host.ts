/**
 * Host program of calibration: runs a model on samples and fills a histogram for each activation.
 *
 * The activations never leave this process, and only those of one inference live at a time.
 */
import { basename } from 'node:path'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { openSession } from '../backends/onnxruntime/session/session.ts'
import { serve } from '../engine/serve.ts'
import type { Feed } from '../engine/tensor-info.ts'
import { InputError, messageOf } from '../errors.ts'
import type { Range } from '../quantize/ranges.ts'
import { freeArrays } from './free-arrays.ts'
import {
  addToHistogram,
  createHistogram,
  type Histogram,
  type InitialRange,
  mergeHistograms,
} from './histogram.ts'
import type { Grid } from './method.ts'
import { type MethodName, methods } from './methods.ts'
import type { ObservedTensor } from './observed-tensors.ts'
import { countRows, smallRows } from './row-sizes.ts'

const histograms = new Map<string, Histogram>()
let session: InferenceSession | undefined
let observed: readonly ObservedTensor[] = []
/** Path of the user's model, for messages. */
let source: string

serve({
  /** Opens a model that gives tensors to observe as outputs. Returns the bytes of each output of known shape. */
  async open(model: string, threads: number, path: string): Promise<ReadonlyMap<string, number>> {
    source = path
    await session?.release()
    // Threads that spin between two inferences take the CPU from the counting that happens then.
    const config = { 'session.intra_op.allow_spinning': '0' }
    try {
      session = await openSession(model, { threads, level: 'disabled', config })
    } catch (error) {
      throw new InputError(`${path}: ONNX Runtime cannot load it: ${messageOf(error)}`)
    }
    return new Map(
      session.outputMetadata.flatMap(output => {
        const bytes = bytesOf(output)
        return bytes === undefined ? [] : [[output.name, bytes]]
      }),
    )
  },

  /** Observes these tensors from now on. Bins begin with the widths given, and with those of the first feed otherwise. */
  observe(tensors: readonly ObservedTensor[], widths?: ReadonlyMap<string, number>) {
    observed = tensors
    for (const { name } of tensors) {
      const width = widths?.get(name) ?? 0
      histograms.set(name, { ...createHistogram(), width })
    }
  },

  /** Widths of the bins of what is observed; 0 if no value other than zero has come yet. */
  widths(): ReadonlyMap<string, number> {
    return new Map(observed.map(({ name }) => [name, histograms.get(name)!.width]))
  },

  add,

  histograms: (): ReadonlyMap<string, Histogram> => histograms,

  /** Gives the histograms of these tensors away: from now on another process answers for them. */
  handOver(names: readonly string[]): ReadonlyMap<string, Histogram> {
    const own = names.filter(name => histograms.has(name))
    const given = new Map(own.map(name => [name, histograms.get(name)!]))
    for (const name of own) histograms.delete(name)
    return given
  },

  /** Adds what another process has counted. */
  merge(others: ReadonlyMap<string, Histogram>) {
    for (const [name, histogram] of others) {
      const own = histograms.get(name) ?? createHistogram()
      histograms.set(name, own)
      mergeHistograms(own, histogram)
    }
  },

  ranges(method: MethodName, grid: Grid) {
    return new Map([...histograms].map(([name, histogram]) => [name, rangeOf(histogram, method, grid)]))
  },
})

/** What a method chooses, and which of the values it could not see. */
function rangeOf(histogram: Histogram, method: MethodName, grid: Grid): Range {
  const { infinite, nanIn, rows } = histogram
  const small = rows && smallRows(rows)
  return {
    ...methods[method].range(histogram, grid),
    ...(infinite > 0 && { infinite: true }),
    ...(nanIn !== undefined && { nanIn }),
    ...(small !== undefined && { smallRows: small }),
  }
}

/** Runs one feed and adds the observed tensors to their histograms. */
async function add(feed: Feed, initialRange: InitialRange, sample: string): Promise<void> {
  const fetched = observed.flatMap(({ name, clamped, given = name }) =>
    clamped || feed.has(name) ? [] : [[name, given] as const],
  )
  const outputs = (
    fetched.length > 0 ? await run(feed, [...new Map(fetched).values()], sample) : {}
  ) as Record<string, Tensor>
  const nameOf = new Map(fetched)
  for (const { name, clamped, byRow } of observed) {
    const from = clamped?.of ?? name
    const tensor = feed.get(from) ?? outputs[nameOf.get(from)!]!
    const values = tensor.data as Float32Array
    const histogram = histograms.get(name)!
    addToHistogram(histogram, values, initialRange, clamped?.clamp)
    const shape = 'dims' in tensor ? tensor.dims : tensor.shape
    if (byRow) histogram.rows = countRows(values, shape.at(-1) ?? 1, histogram.rows)
    if (histogram.nan > 0) histogram.nanIn ??= sample
  }
  freeArrays(Object.values(outputs).map(({ data }) => data as Float32Array))
}

async function run(feed: Feed, names: readonly string[], sample: string) {
  const tensors = [...feed].map(
    ([name, { type, data, shape }]) =>
      [name, new Tensor(type as 'float32', data as Float32Array, shape)] as const,
  )
  try {
    return await session!.run(Object.fromEntries(tensors), names)
  } catch (error) {
    throw new InputError(`${sample}: ${basename(source)} cannot run on it: ${messageOf(error)}`)
  }
}

/** Bytes of a float tensor; undefined if a dimension is not known. An unknown rank looks like that of a scalar. */
function bytesOf(output: InferenceSession.ValueMetadata): number | undefined {
  if (!output.isTensor || output.shape.length === 0) return undefined
  return output.shape.reduce<number | undefined>(
    (bytes, size) => (bytes === undefined || typeof size === 'string' ? undefined : bytes * size),
    Float32Array.BYTES_PER_ELEMENT,
  )
}
