import { attribute } from '../../onnx/attributes.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import { makeNode } from '../../onnx/node.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { makeTensor } from '../../onnx/tensor.ts'
import type { ProbedLayer } from '../../quantize/layer-probe.ts'

/** A window in the middle of an activation: from the first index to the one behind the last of each spatial axis. */
export type Crop = readonly (readonly [from: number, to: number])[]

const convolutions = new Set(['Conv', 'ConvTranspose'])

/**
 * Windows into the inputs of convolutions that have more positions than need be looked at, by tensor name.
 *
 * @param shapes - of inputs of layers, by tensor name; a size that is no number is not known
 * @param positions - a kernel that overflows does so wherever products are large, so that so many of them are enough
 */
export function cropsOf(
  model: ModelProto,
  layers: readonly ProbedLayer[],
  shapes: ReadonlyMap<string, readonly (number | string)[]>,
  positions: number,
): ReadonlyMap<string, Crop> {
  const nodes = new Map(model.graph!.node.map(node => [node.name, node]))
  const crops = new Map<string, Crop>()
  for (const input of new Set(layers.map(layer => layer.input))) {
    const readers = layers.filter(layer => layer.input === input)
    const sizes = shapes.get(input)?.slice(2) ?? []
    if (sizes.length === 0 || !sizes.every(size => typeof size === 'number')) continue
    if (!readers.every(({ op }) => convolutions.has(op))) continue
    const side = Math.floor(positions ** (1 / sizes.length))
    const crop = sizes.map((size, axis) => {
      const reach = Math.max(...readers.map(({ node }) => reachOf(nodes.get(node)!, axis)))
      const width = Math.min(size, Math.max(side, reach))
      const from = Math.floor((size - width) / 2)
      return [from, from + width] as const
    })
    if (crop.some(([from, to], axis) => to - from < sizes[axis]!)) crops.set(input, crop)
  }
  return crops
}

/** How many inputs in a row one output of a convolution depends on. */
function reachOf(node: NodeProto, axis: number): number {
  const of = (name: string) => Number(attribute(node, name)?.ints[axis] ?? 1)
  return (of('kernel_shape') - 1) * of('dilations') + 1
}

/** How much of an activation a window holds. */
export function shareOf(crop: Crop, shape: readonly (number | string)[]): number {
  return crop.reduce((share, [from, to], axis) => (share * (to - from)) / Number(shape[axis + 2]), 1)
}

/** The tensor that holds the window. */
export const cropName = (tensor: string) => `${tensor} crop`

/** A model that also computes the windows. */
export function withCrops(model: ModelProto, crops: ReadonlyMap<string, Crop>): ModelProto {
  const copy = copyModel(model)
  for (const [tensor, crop] of crops) {
    const words = {
      starts: crop.map(([from]) => from),
      ends: crop.map(([, to]) => to),
      axes: crop.map((_, i) => i + 2),
    }
    const inputs = Object.entries(words).map(([word, values]) => {
      const name = `${tensor} crop ${word}`
      copy.graph!.initializer.push(makeTensor(name, [values.length], BigInt64Array.from(values, BigInt)))
      return name
    })
    copy.graph!.node.push(makeNode('Slice', cropName(tensor), [tensor, ...inputs], [cropName(tensor)]))
  }
  return copy
}
