import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { exposeTensors } from '../../calibration/expose-tensors.ts'
import { groupBySize, type SizedTensor } from '../../calibration/group-by-size.ts'
import type { Feed, TensorInfo } from '../../engine/tensor-info.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import type { ProbedLayer } from '../../quantize/layer-probe.ts'
import { type Crop, cropsOf, shareOf } from './crops.ts'
import type { OverflowOptions } from './overflow-options.ts'

/** Layers that are compared together, and on which samples. */
export interface LayerGroup {
  readonly nodes: ReadonlySet<string>
  /** Windows of the inputs that are looked at, of those that are not looked at as a whole, by tensor name. */
  readonly crops: ReadonlyMap<string, Crop>
  readonly feeds: readonly Feed[]
}

/** Several copies of what is compared are on their way between processes at a time. */
const usualBudget = 2 ** 27

/** Positions of a large activation that are looked at. */
const usualPositions = 4096

/** Of runtimes whose process is given tensors as text, which takes its time. */
const asText = { budget: 2 ** 25, positions: 1024, feeds: 12 }

/** Bytes that are looked at in all: large activations have as many positions in fewer samples. */
const enough = 2 ** 30
const leastFeeds = 4

/** Up to so many times the input is what a layer reads and writes, in models so small that it need not be asked. */
const usualGrowth = 32

/** Cuts the layers of a model into groups whose activations fit into memory. */
export async function groupLayers(
  model: ModelProto,
  layers: readonly ProbedLayer[],
  { target, directory, signal, ...options }: OverflowOptions,
): Promise<LayerGroup[]> {
  const takesText = !backendOf(target).runsOnnxruntimeKernels?.(target)
  const { memoryBudget = takesText ? asText.budget : usualBudget } = options
  const feeds = takesText ? options.feeds.slice(0, asText.feeds) : options.feeds
  const [feed] = feeds
  const all = { nodes: new Set(layers.map(({ node }) => node)), crops: new Map<string, Crop>(), feeds }
  if (!feed) return []
  const fed = [...feed.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
  if (fed * layers.length * usualGrowth <= memoryBudget) return [all]

  const outputs = new Map(model.graph!.node.map(({ name, output }) => [name, output[0]!]))
  const tensorsOf = ({ node, input }: ProbedLayer) => [input, outputs.get(node)!]
  const path = join(directory, 'all-layers.onnx')
  const shapes = new Map([...feed].map(([name, { shape }]) => [name, shape]))
  await writeModel(exposeTensors(model, new Set(layers.flatMap(tensorsOf)), shapes), path, {
    temporary: true,
  })
  const settings = { threads: target.threads, level: 'disabled' } as const
  const engines = await openEngines([{ id: 'all layers', model: path, settings }], { signal, reuse: true })
  await engines.stop()
  const { inputs, outputs: exposed } = engines.signatures.get('all layers')!
  const tensors = new Map([...inputs, ...exposed].map(info => [info.name, info]))
  const sizesWith = (crops: ReadonlyMap<string, Crop>) =>
    layers.map(layer => {
      const crop = crops.get(layer.input)
      const share = crop ? shareOf(crop, tensors.get(layer.input)!.shape) : 1
      const bytes = tensorsOf(layer).reduce<number | undefined>(
        (sum, name) => add(sum, bytesOf(tensors.get(name))),
        0,
      )
      return { name: layer.node, bytes: bytes && bytes * share }
    })
  const whole = sizesWith(new Map())
  const fits = whole.every(({ bytes }) => bytes !== undefined) && totalOf(whole) <= memoryBudget
  const sizes = new Map([...tensors].map(([name, { shape: sizes }]) => [name, sizes]))
  const crops = fits
    ? new Map<string, Crop>()
    : cropsOf(model, layers, sizes, takesText ? asText.positions : usualPositions)
  const sized = fits ? whole : sizesWith(crops)
  const count = Math.max(leastFeeds, Math.floor(enough / Math.max(totalOf(sized), 1)))
  return groupBySize(sized, memoryBudget).map(names => ({
    nodes: new Set(names),
    crops,
    feeds: feeds.slice(0, count),
  }))
}

/** Bytes; what is not known counts as the largest that is. */
function totalOf(sized: readonly SizedTensor[]): number {
  const largest = Math.max(0, ...sized.flatMap(({ bytes }) => bytes ?? []))
  return sized.reduce((sum, { bytes = largest }) => sum + bytes, 0)
}

/** Bytes of a float tensor; undefined if it, or a dimension of it, is not known. */
function bytesOf(info: TensorInfo | undefined): number | undefined {
  return info?.shape.reduce<number | undefined>(
    (product, size) => (product === undefined || typeof size === 'string' ? undefined : product * size),
    4,
  )
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
