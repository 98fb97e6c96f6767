import { floatAttribute, intAttribute } from '../onnx/attributes.ts'
import type { GraphIndex } from '../onnx/graph.ts'
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../onnx/opset/opset.ts'
import { floatData, tensorShape } from '../onnx/tensor.ts'
import { weightedOperators } from './weighted-operators.ts'

/** A node that multiplies an activation (input 0) with constant 32-bit float weights (input 1). */
export interface WeightedNode {
  readonly node: NodeProto
  readonly weight: TensorProto
  /** Axis of the output channels in the weight; undefined if scales per channel have no meaning. */
  readonly axis: number | undefined
  /** Constant 32-bit float bias (input 2). */
  readonly bias: TensorProto | undefined
}

/** Undefined if the operator has no weights, or where they or the bias are computed while the model runs. */
export function weightedNode(index: GraphIndex, node: NodeProto): WeightedNode | undefined {
  if (!isDefaultDomain(node.domain) || !weightedOperators.has(node.opType)) return undefined
  if (index.constants.has(node.input[0]!)) return undefined
  const weight = floatConstant(index, node.input[1])
  const bias = floatConstant(index, node.input[2])
  if (!weight || (node.input[2] && !bias)) return undefined
  return { node, weight, axis: channelAxis(node, tensorShape(weight)), bias }
}

function floatConstant(index: GraphIndex, name: string | undefined): TensorProto | undefined {
  const tensor = index.constants.get(name ?? '')
  return tensor?.dataType === DataType.FLOAT ? tensor : undefined
}

function channelAxis(node: NodeProto, shape: readonly number[]): number | undefined {
  switch (node.opType) {
    case 'Conv':
      return 0
    case 'ConvTranspose':
      // With groups, axis 1 counts the channels of one group only.
      return intAttribute(node, 'group', 1) === 1 ? 1 : undefined
    case 'Gemm':
      return intAttribute(node, 'transB', 0) ? 0 : 1
    default:
      // Scales along axis 0 fuse and then fail at run time; more than two axes have no single channel axis.
      return shape.length === 2 ? 1 : undefined
  }
}

/** Number of output channels. */
function channels({ node, weight }: WeightedNode): number {
  const shape = tensorShape(weight)
  if (node.opType === 'ConvTranspose') return shape[1]! * intAttribute(node, 'group', 1)
  return shape[channelAxis(node, shape) ?? shape.length - 1]!
}

/**
 * The bias as one value per output channel, which is what integer kernels add. Undefined if there is none, or
 * where a Gemm adds a whole matrix.
 */
export function channelBias(weighted: WeightedNode): Float32Array | undefined {
  if (!weighted.bias) return undefined
  const count = channels(weighted)
  const data = floatData(weighted.bias)
  if (data.length === 1) return new Float32Array(count).fill(data[0]!)
  const lastAxis = tensorShape(weighted.bias).at(-1)
  return data.length === count && lastAxis === count ? data : undefined
}

/** Whether a Gemm is the plain product that integer kernels compute: no factors, first matrix as it is. */
export function isPlainGemm(node: NodeProto): boolean {
  return (
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1 &&
    intAttribute(node, 'transA', 0) === 0
  )
}
