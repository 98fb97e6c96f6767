import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { tensorShape } from '../../onnx/tensor.ts'
import { isFloatActivation, type PlacementModel } from '../placement.ts'
import { type WeightedNode, weightedNode } from '../weighted-node.ts'
import { onInputs } from './on-inputs.ts'
import { skipInput } from './skip-input.ts'

/** Below this, tensor cores are not used well. */
const leastChannels = 16

/**
 * NVIDIA ModelOpt's ONNX tool: pairs on the inputs of weighted operators, of global pools, and on the skip input of a
 * residual Add, one pair per tensor. Left in float: convolutions with few channels unless their number is a multiple of
 * 8, matrix products with an axis below 16, products of two activations.
 *
 * (Its equal scales for the inputs of a Concat and its pairs before LayerNormalization are not reproduced.)
 */
export const modelopt = onInputs({
  description: 'NVIDIA ModelOpt: as for TensorRT, without small layers; one pair per tensor',
  quantizedInput: (model, node) => {
    const weighted = weightedNode(model, node)
    if (weighted) return isLarge(weighted) ? 0 : undefined
    return isGlobalPool(model, node) ? 0 : skipInput(model, node)
  },
  hasOwnPair: () => false,
})

function isLarge({ node, weight }: WeightedNode): boolean {
  const shape = tensorShape(weight)
  if (node.opType === 'ConvTranspose') return true
  if (node.opType === 'Conv') {
    const channels = shape.slice(0, 2)
    return Math.min(...channels) >= leastChannels || channels.some(count => count % 8 === 0)
  }
  return Math.min(...shape.slice(-2)) >= leastChannels
}

/** Other pools follow a convolution, with which they fuse. */
function isGlobalPool(model: PlacementModel, { opType, domain, input }: NodeProto): boolean {
  return isDefaultDomain(domain) && opType === 'GlobalAveragePool' && isFloatActivation(model, input[0])
}
