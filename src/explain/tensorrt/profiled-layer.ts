import type {
  LayerTensor as DescribedTensor,
  TensorrtLayer,
} from '../../backends/tensorrt/plan/read-layer-info.ts'
import type { LayerTensor, ProfiledLayer } from '../../engine/engine-profile.ts'
import { layerNodes } from './layer-nodes.ts'

/** A layer of a TensorRT engine in the words of every runtime; without a description only its name tells anything. */
export function profiledLayer(
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
