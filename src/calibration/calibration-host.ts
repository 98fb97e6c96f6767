/**
 * Host program of calibration: runs a model on samples and fills a histogram for each activation.
 *
 * The activations never leave this process, and only those of one inference live at a time.
 */
import { basename } from 'node:path'
import { toBinary } from '@bufbuild/protobuf'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { openSession, type SessionSettings } from '../engine/onnxruntime/session.ts'
import { serve } from '../engine/serve.ts'
import type { Feed, TensorInfo } from '../engine/tensor-info.ts'
import { InputError, messageOf } from '../errors.ts'
import { floatActivations } from '../onnx/float-activations.ts'
import { indexGraph } from '../onnx/graph.ts'
import { movedTensors } from '../onnx/moved-tensors.ts'
import { type ModelProto, ModelProtoSchema } from '../onnx/onnx_pb.ts'
import { readModel } from '../onnx/read-model.ts'
import { exposeTensors } from './expose-tensors.ts'
import { groupBySize } from './group-by-size.ts'
import { addToHistogram, createHistogram, type Histogram, type InitialRange } from './histogram.ts'
import type { Grid } from './method.ts'
import { type MethodName, methods } from './methods.ts'

/** A model on its way through calibration. */
interface Calibration {
  readonly path: string
  readonly model: ModelProto
  readonly settings: SessionSettings
  /** By tensor; tensors that only hold the values of another one share its histogram. */
  readonly histograms: Map<string, Histogram>
  /** Every float activation, in graph order, and the tensor whose values it holds. */
  readonly activations: ReadonlyMap<string, string>
  session: InferenceSession
  /** Tensors that the session gives and that are observed now. */
  observed: readonly string[]
}

let current: Calibration

serve({
  /** Loads a model and says what it takes. */
  async load(path: string, threads: number): Promise<readonly TensorInfo[]> {
    const model = await readModel(path)
    // Threads that spin between two inferences take the CPU from the counting that happens then.
    const config = { 'session.intra_op.allow_spinning': '0' }
    const settings: SessionSettings = { threads, level: 'disabled', config }
    const session = await opened(path, path, settings)
    const index = indexGraph(model.graph!)
    const moved = movedTensors(index)
    const activations = new Map(floatActivations(index).map(name => [name, moved.get(name) ?? name]))
    current = { path, model, settings, histograms: new Map(), activations, session, observed: [] }
    return session.inputMetadata.filter(input => input.isTensor)
  },

  /**
   * Opens the model with every float activation as an output and groups these so that the activations of one
   * inference stay within a budget of bytes. The model's inputs are no outputs: they come first, as a part of the
   * first group, and are observed where they are fed.
   */
  async groups(inputShapes: ReadonlyMap<string, readonly number[]>, budget: number): Promise<string[][]> {
    const observed = [...new Set(current.activations.values())]
    await expose(observed, inputShapes)
    const sizes = new Map(current.session.outputMetadata.map(output => [output.name, bytesOf(output)]))
    return groupBySize(
      observed.map(name => ({ name, bytes: inputShapes.has(name) ? 0 : sizes.get(name) })),
      budget,
    )
  },

  /** Observes these tensors from now on. */
  async observe(group: readonly string[], inputShapes: ReadonlyMap<string, readonly number[]>) {
    await expose(group, inputShapes)
  },

  /** Runs one feed and adds the observed tensors to their histograms. */
  async add(feed: Feed, initialRange: InitialRange, sample: string) {
    const { session, observed, histograms } = current
    const fetched = observed.filter(name => !feed.has(name))
    const outputs = fetched.length > 0 ? await run(session, feed, fetched, sample) : {}
    for (const name of observed) {
      const values = (feed.get(name) ?? (outputs[name] as Tensor)).data as Float32Array
      const histogram = histograms.get(name) ?? createHistogram()
      histograms.set(name, histogram)
      addToHistogram(histogram, values, initialRange)
      if (histogram.notFinite > 0) {
        throw new InputError(
          `${sample}: tensor \`${name}\` of ${basename(current.path)} holds ${histogram.notFinite} values that are NaN or infinite, which no range covers: check the preprocessing of the data`,
        )
      }
    }
  },

  histograms,

  ranges(method: MethodName, grid: Grid) {
    return new Map(
      [...histograms()].map(([name, histogram]) => [name, methods[method].range(histogram, grid)]),
    )
  },
})

/** Histogram of every float activation, in graph order. */
function histograms(): ReadonlyMap<string, Histogram> {
  const { activations, histograms } = current
  return new Map([...activations].map(([name, origin]) => [name, histograms.get(origin)!]))
}

async function expose(names: readonly string[], inputShapes: ReadonlyMap<string, readonly number[]>) {
  const { path, model, settings } = current
  const known = current.observed
  if (known.length === names.length && names.every((name, i) => name === known[i])) return
  await current.session.release()
  const bytes = toBinary(ModelProtoSchema, exposeTensors(model, names, inputShapes))
  current.session = await opened(bytes, path, settings)
  current.observed = names
}

async function opened(model: string | Uint8Array, path: string, settings: SessionSettings) {
  try {
    return await openSession(model, settings)
  } catch (error) {
    throw new InputError(`${path}: ONNX Runtime cannot load it: ${messageOf(error)}`)
  }
}

async function run(session: InferenceSession, feed: Feed, names: readonly string[], sample: string) {
  const tensors = [...feed].map(
    ([name, { type, data, shape }]) =>
      [name, new Tensor(type as 'float32', data as Float32Array, shape)] as const,
  )
  try {
    return await session.run(Object.fromEntries(tensors), names)
  } catch (error) {
    throw new InputError(`${sample}: ${basename(current.path)} cannot run on it: ${messageOf(error)}`)
  }
}

/** Bytes of a float tensor; undefined where a dimension is not known. An unknown rank looks like that of a scalar. */
function bytesOf(output: InferenceSession.ValueMetadata): number | undefined {
  if (!output.isTensor || output.shape.length === 0) return undefined
  return output.shape.reduce<number | undefined>(
    (bytes, size) => (bytes === undefined || typeof size === 'string' ? undefined : bytes * size),
    Float32Array.BYTES_PER_ELEMENT,
  )
}
