import { layerNodes } from '../../backends/tensorrt/plan/layer-nodes.ts'
import type {
  LayerTensor as DescribedTensor,
  TensorrtLayer,
} from '../../backends/tensorrt/plan/read-layer-info.ts'
import type { TrtexecProfile } from '../../backends/tensorrt/plan/read-profile.ts'
import type { LayerTensor, ProfiledLayer } from '../../engine/engine-profile.ts'
import { InputError } from '../../errors.ts'

/** The description of each profiled layer: by name, of equal names in order. */
export function describeLayers(
  { layers }: TrtexecProfile,
  inspected: readonly TensorrtLayer[],
): (TensorrtLayer | undefined)[] {
  const byName = new Map<string, TensorrtLayer[]>()
  for (const layer of inspected) byName.set(layer.name, [...(byName.get(layer.name) ?? []), layer])
  return layers.map(({ name }) => byName.get(name)?.shift())
}

/**
 * The layers of an engine in the words of every runtime, each with its median time, or the average where trtexec wrote no
 * median, which is up to 8.2.
 *
 * @param source what to call the profile in messages
 * @throws InputError if times are no times
 */
export function profiledLayers(
  { layers }: TrtexecProfile,
  described: readonly (TensorrtLayer | undefined)[],
  source: string,
): ProfiledLayer[] {
  if (layers.every(({ averageMs }) => averageMs === 0)) {
    throw new InputError(`${source}: no layer took any time: profile the engine again`)
  }
  return layers.map(({ name, medianMs, averageMs }, position) => {
    const milliseconds = medianMs ?? averageMs
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new InputError(`${source}: layer \`${name}\` took ${milliseconds} ms: profile the engine again`)
    }
    return profiledLayer(name, described[position], milliseconds * 1000)
  })
}

/** A layer of a TensorRT engine in the words of every runtime; without a description only its name tells anything. */
function profiledLayer(
  name: string,
  described: TensorrtLayer | undefined,
  microseconds: number,
): ProfiledLayer {
  const { type = '', inputs = [], outputs = [], onnxNodes } = described ?? {}
  const nodes = layerNodes(name, onnxNodes)
  const copies = type === 'Reformat' || name.startsWith('Reformatting CopyNode')
  const kind = copies || (nodes.compute.length === 0 && nodes.qdq.length > 0) ? 'conversion' : 'compute'
  return {
    name,
    op: type,
    kind,
    nodes: kind === 'conversion' ? nodes.qdq : nodes.compute,
    inputs: inputs.map(tensorOf),
    outputs: outputs.map(tensorOf),
    microseconds,
  }
}

function tensorOf({ name, dimensions, precision, format }: DescribedTensor): LayerTensor {
  return {
    name,
    type: precision,
    ...(dimensions.length > 0 && { shape: dimensions }),
    ...(format !== '' && { layout: format }),
  }
}
