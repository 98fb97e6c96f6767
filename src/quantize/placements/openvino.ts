import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import type { ActivationSite, Placement, PlacementModel } from '../placement.ts'
import { onnxruntime } from './onnxruntime.ts'

/**
 * As for ONNX Runtime, but what a Concat joins has the parameters of the whole: OpenVINO takes the Q behind a Concat into
 * the operators before it, which otherwise quantize twice.
 */
export const openvino: Placement = {
  ...onnxruntime,
  description: 'OpenVINO on CPUs: as for ONNX Runtime, with equal parameters for all that a Concat joins',
  liesAsAnother: true,

  sites: (model, int8, format, apart) => {
    const { activations, weights } = onnxruntime.sites(model, int8, format, apart)
    const sites = new Map(activations.map(site => [site.tensor, site]))
    const joined = new Map<string, string>()
    for (const node of int8) {
      if (!isConcat(node) || !canShare(model, node, sites)) continue
      for (const tensor of node.input) joined.set(tensor, node.output[0]!)
    }
    return {
      activations: activations.map(site => ({ ...site, rangeOf: joined.get(site.tensor) ?? site.rangeOf })),
      weights,
    }
  },
}

function isConcat({ opType, domain }: NodeProto): boolean {
  return opType === 'Concat' && isDefaultDomain(domain)
}

/** Whether the operators that make what a Concat joins write it for the Concat alone, and it is quantized as well. */
function canShare(
  model: PlacementModel,
  { input, output }: NodeProto,
  sites: ReadonlyMap<string, ActivationSite>,
): boolean {
  const bounds = new Set(input.map(tensor => JSON.stringify(sites.get(tensor)?.bounds)))
  return (
    sites.get(output[0]!)?.rangeOf === output[0] &&
    // A Q that stands for a Relu needs a range that ends where the Relu does.
    bounds.size === 1 &&
    input.every(tensor => {
      const site = sites.get(tensor)
      const isOwn = site?.readers === 'all' && site.rangeOf === tensor && !model.outputs.has(tensor)
      return isOwn && model.producer.has(tensor) && model.readers.get(tensor)?.length === 1
    })
  )
}
