import { join } from 'node:path'
import { sum } from 'simple-statistics'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { sessionSettings } from '../../backends/onnxruntime/session/session-settings.ts'
import { exposeTensors } from '../../calibration/expose-tensors.ts'
import { shapeName, spreadDistance, spreadName, withSpread } from '../../calibration/with-spread.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { intAttribute } from '../../onnx/attributes.ts'
import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { floatData, tensorData, tensorShape } from '../../onnx/tensor.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { type AffineParameters, dequantize, quantize } from '../../quantize/affine.ts'
import { parametersOf } from '../../quantize/qdq/quantized-graph.ts'
import { forEachElement } from '../../quantize/weights.ts'
import type { OverflowOptions } from '../overflow/overflow-options.ts'

export interface RoundedModel {
  /** The float model, with a name for every node. */
  readonly float: ModelProto
  /** The same with Q/DQ pairs. */
  readonly int8: ModelProto
}

/** About how many values of a tensor are looked at. */
const values = 8192

/**
 * What 8 bits take from the tensors of every node, as a share of their energy: of its inputs and outputs on the first
 * sample, and of its weights. Whether it matters to the outputs is not known, but one run of the float model tells it of
 * all nodes: it is where a search begins that has no time to try them.
 *
 * Every channel counts the same: where one is a thousand times as large as the others, nothing is left of those, though the
 * energy of all together hardly changes.
 *
 * @returns by name of a node; nodes without a quantized tensor are not in it
 */
export async function roundingNoise(
  { float, int8 }: RoundedModel,
  { feeds, target, directory, signal }: Pick<OverflowOptions, 'feeds' | 'target' | 'directory' | 'signal'>,
): Promise<ReadonlyMap<string, number>> {
  const index = indexGraph(int8.graph!)
  const known = indexGraph(float.graph!)
  const grids = gridsOf(index, new Set([...known.producer.keys(), ...known.inputs.map(({ name }) => name)]))
  const spread = await spreadOf(float, grids.keys(), feeds[0], { target, directory, signal })
  const noise = new Map(
    [...spread].map(([tensor, found]) => {
      const users = [known.producer.get(tensor), ...(known.readers.get(tensor) ?? []).map(({ node }) => node)]
      const isPicture = found.shape.length > 3 || users.some(user => /Conv/.test(user?.opType ?? ''))
      return [tensor, noiseOf(found, isPicture ? 1 : found.shape.length - 1, grids.get(tensor)!)] as const
    }),
  )
  const rounded = new Map(int8.graph!.node.map(node => [node.name, node]))
  return new Map(
    float.graph!.node.flatMap(node => {
      const ofWeights = rounded.get(node.name)?.input.map(input => weightNoise(index, input)) ?? []
      const own = [...node.input, ...node.output].map(tensor => noise.get(tensor))
      const found = [...own, ...ofWeights].filter(share => share !== undefined)
      return found.length > 0 ? [[node.name, sum(found)] as const] : []
    }),
  )
}

/** How tensors of the float model are rounded: a pair may have given what the node makes another name. */
function gridsOf(index: GraphIndex, tensors: ReadonlySet<string>): ReadonlyMap<string, AffineParameters> {
  return new Map(
    index.graph.node.flatMap(node => {
      const parameters = node.opType === 'QuantizeLinear' ? parametersOf(index, node) : undefined
      if (!parameters) return []
      const made = (index.readers.get(node.output[0]!) ?? []).flatMap(reader => reader.node.output)
      const tensor = [node.input[0]!, ...made].find(name => tensors.has(name))
      return tensor === undefined ? [] : [[tensor, parameters] as const]
    }),
  )
}

interface Spread {
  /** Values at even distances. */
  readonly data: Float32Array
  /** Of the whole tensor. */
  readonly shape: readonly number[]
}

/** Values of tensors on one sample. */
async function spreadOf(
  model: ModelProto,
  tensors: Iterable<string>,
  feed: Feed | undefined,
  { target, directory, signal }: Pick<OverflowOptions, 'target' | 'directory' | 'signal'>,
): Promise<ReadonlyMap<string, Spread>> {
  const names = new Map([...tensors].map(tensor => [tensor, spreadName(tensor)]))
  if (!feed || names.size === 0) return new Map()
  const path = join(directory, 'spread.onnx')
  const wide = withSpread(model, names, { values, shapes: true })
  const given = [...names.values()].flatMap(name => [name, shapeName(name)])
  await writeModel(exposeTensors(wide, given, new Map(), 'nothing'), path, { temporary: true })
  // Optimized, tensors would be made in another order, and stay in memory.
  const settings = { ...sessionSettings(target), level: 'disabled' } as const
  const engines = await openEngines([{ id: 'spread', model: path, settings }], { signal, reuse: true })
  try {
    const [found] = await engines.infer('spread', [feed], given)
    return new Map(
      [...names].flatMap(([tensor, name]) => {
        const data = found!.get(name)?.data
        const shape = [...(found!.get(shapeName(name))?.data ?? [])].map(Number)
        return data instanceof Float32Array ? [[tensor, { data, shape }] as const] : []
      }),
    )
  } finally {
    await engines.stop()
  }
}

/** The mean over the channels along an axis, none of which loses more than it has. */
function noiseOf({ data, shape }: Spread, axis: number, parameters: AffineParameters): number {
  const channels = shape[axis] ?? 1
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const size = shape.reduce((product, axis) => product * axis, 1)
  const distance = spreadDistance(size, values)
  const [signal, noise] = [new Float64Array(channels), new Float64Array(channels)]
  for (const [i, value] of data.entries()) {
    if (!Number.isFinite(value)) continue
    const channel = Math.floor((i * distance) / inner) % channels
    signal[channel]! += value ** 2
    noise[channel]! += (value - dequantize(quantize(value, parameters), parameters)) ** 2
  }
  const alive = [...signal.keys()].filter(channel => signal[channel]! > 0)
  return alive.length === 0
    ? 0
    : sum(alive.map(channel => Math.min(1, noise[channel]! / signal[channel]!))) / alive.length
}

/** Of constants that are stored in 8 bits: rounding errors are spread evenly over a step. */
function weightNoise(index: GraphIndex, tensor: string): number | undefined {
  const node = index.producer.get(tensor)
  if (node?.opType !== 'DequantizeLinear') return undefined
  const [integers, scale] = node.input.slice(0, 2).map(name => index.constants.get(name))
  const data = integers && tensorData(integers)
  if (!scale || !(data instanceof Int8Array || data instanceof Uint8Array)) return undefined
  return shareOfSteps(node, { data, shape: tensorShape(integers!), scales: floatData(scale) })
}

function shareOfSteps(
  node: NodeProto,
  { data, shape, scales }: { data: ArrayLike<number>; shape: readonly number[]; scales: Float32Array },
): number {
  const axis = scales.length === 1 ? undefined : intAttribute(node, 'axis', 1)
  let [signal, noise] = [0, 0]
  forEachElement(data, shape, axis, (value, channel) => {
    const step = scales[channel]! ** 2
    signal += step * value ** 2
    noise += step / 12
  })
  return signal > 0 ? noise / signal : 0
}
