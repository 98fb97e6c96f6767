import { backendOf } from '../../backends/backends.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { floatData } from '../../onnx/tensor.ts'
import { type LayerProbe, probeLayers } from '../../quantize/layer-probe.ts'
import { forEachElement } from '../../quantize/weights.ts'
import { groupLayers, type LayerGroup } from './group-layers.ts'
import type { OverflowOptions } from './overflow-options.ts'
import { openProbe, type ProbeEngines } from './probe-engines.ts'

/** A layer whose INT8 kernel gives another result than the same arithmetic in float. */
export interface Overflow {
  /** Name of the node. */
  readonly node: string
  /** Share of the output values that part. */
  readonly share: number
  /** Largest difference, in steps of the output's scale; in multiples of its largest value where it stays float. */
  readonly worst: number
  /** Output channels in which values part, in order. */
  readonly channels: readonly number[]
  /** How many output channels there are. */
  readonly ofChannels: number
  /** Whether its weights can have less than 8 bits; those of other tools are not always stored so. */
  readonly narrowable: boolean
}

/**
 * Finds the layers whose kernel overflows on this CPU.
 *
 * Without VNNI, x86 kernels add pairs of U8 x S8 products in 16 bits, which saturate. The same weights are right on one
 * machine and wrong on another, so this is measured: every layer runs on real activations, once as INT8 kernel and
 * once in float. Rounding explains one step of the output's scale; more is overflow.
 *
 * For targets whose kernels do not, as those of GPUs, nothing is run, and nothing found.
 */
export async function findOverflow(model: ModelProto, options: OverflowOptions): Promise<Overflow[]> {
  if (!backendOf(options.target).kernelsMayOverflow?.(options.target)) return []
  const { layers } = probeLayers(model)
  if (layers.length === 0) return []
  const found: Overflow[] = []
  for (const group of await groupLayers(model, layers, options)) {
    found.push(...(await findInGroup(model, group, options)))
  }
  return found
}

async function findInGroup(
  model: ModelProto,
  { nodes, feeds, crops }: LayerGroup,
  options: OverflowOptions,
): Promise<Overflow[]> {
  const probe = probeLayers(model, nodes)
  const engines = await openProbe(model, probe, crops, options)
  try {
    return await compare(probe, engines, feeds, options.seconds)
  } finally {
    await engines.stop()
  }
}

async function compare(
  { model, layers }: LayerProbe,
  engines: ProbeEngines,
  feeds: readonly Feed[],
  seconds = usualSeconds,
): Promise<Overflow[]> {
  const scales = indexGraph(model.graph!).constants
  const counts = new Map<string, Count>()
  const start = performance.now()
  for (const [done, feed] of feeds.entries()) {
    if (done > 0 && performance.now() - start > 1000 * seconds) break
    const outputs = await engines.run(feed)
    if (outputs === undefined) continue
    for (const layer of layers) {
      const { data, shape } = outputs.int8.get(layer.output)!
      const a = data as Float32Array
      const b = outputs.float.get(layer.output)!.data as Float32Array
      const scale = layer.outputScale && scales.get(layer.outputScale)
      const step = scale ? floatData(scale)[0]! : largest(b)
      // Half a step more than what rounding explains; a float output is exact but for the order of summation.
      const allowed = scale ? 1.5 : 1e-3
      const axis = channelAxis(layer.op, shape)
      const into = counts.get(layer.node) ?? { values: 0, worst: 0, apart: new Uint32Array(shape[axis]!) }
      counts.set(layer.node, into)
      into.values += a.length
      if (step === 0) continue
      forEachElement(a, shape, axis, (value, channel, i) => {
        const apart = Math.abs(value - b[i]!) / step
        if (!(apart > allowed)) return
        into.apart[channel]!++
        into.worst = Math.max(into.worst, apart)
      })
    }
  }
  const narrowable = new Map(layers.map(layer => [layer.node, layer.narrowable]))
  return [...counts].flatMap(([node, { values, apart, worst }]) => {
    const channels = [...apart.keys()].filter(channel => apart[channel]! > 0)
    if (channels.length === 0) return []
    const share = channels.reduce((sum, channel) => sum + apart[channel]!, 0) / values
    return [{ node, share, worst, channels, ofChannels: apart.length, narrowable: narrowable.get(node)! }]
  })
}

/** Layers of a large model have so many positions that one sample is enough, if more take longer. */
const usualSeconds = 15

interface Count {
  values: number
  worst: number
  /** Values that part, by output channel. */
  readonly apart: Uint32Array
}

/** The axis of the output that the output channels of the weights lie along. */
function channelAxis(op: string, shape: readonly number[]): number {
  return op === 'Conv' || op === 'ConvTranspose' ? 1 : shape.length - 1
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
