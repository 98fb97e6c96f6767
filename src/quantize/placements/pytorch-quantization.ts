import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { isFloatActivation, type PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { onInputs } from './on-inputs.ts'

/** Modules other than weighted ones that the tool replaces: AvgPool and AdaptiveAvgPool. */
const pools = new Set(['AveragePool', 'GlobalAveragePool'])

/**
 * NVIDIA's pytorch-quantization as `quant_modules.initialize()` sets it up: every Conv, ConvTranspose, Linear and average
 * pool has a quantizer of its own on its input, so layers that read the same tensor have a pair each. Skip connections
 * are left out unless one adds quantizers by hand.
 */
export const pytorchQuantization = onInputs({
  description: 'NVIDIA pytorch-quantization: a pair of its own on the input of each layer and average pool',
  quantizedInput: (model, node) => (weightedNode(model, node) || isAveragePool(model, node) ? 0 : undefined),
  hasOwnPair: () => true,
})

function isAveragePool(model: PlacementModel, { opType, domain, input }: NodeProto): boolean {
  return isDefaultDomain(domain) && pools.has(opType) && isFloatActivation(model, input[0])
}
