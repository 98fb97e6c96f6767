import { subgraphs } from '../onnx/attributes.ts'
import { TensorProto_DataType as DataType, type NodeProto } from '../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../onnx/opset/opset.ts'
import { isFloatActivation, type PlacementModel, placementModel } from './placement.ts'
import { type PlacementName, placements } from './placements.ts'
import type { QuantizableModel } from './quantizable-form.ts'
import { channelBias, isPlainGemm, weightedNode } from './weighted-node.ts'
import { weightedOperators } from './weighted-operators.ts'

/** A node that has weights, or runs other nodes, and that a placement leaves in float. */
export interface UnquantizableNode {
  readonly name: string
  readonly op: string
  /** Why, as a clause without a subject. */
  readonly reason: string
}

/** The nodes that one would expect in INT8 and that a placement cannot put there, in graph order. */
export function unquantizableNodes(
  { model }: QuantizableModel,
  placement: PlacementName = 'onnxruntime',
): UnquantizableNode[] {
  const known = placementModel(model)
  const quantizable = new Set(placements[placement].quantizable(known))
  return known.graph.node.flatMap(node => {
    const reason = quantizable.has(node) ? undefined : reasonFor(node, known, placement)
    return reason === undefined ? [] : [{ name: node.name, op: node.opType, reason }]
  })
}

/** A reason that another export takes away. */
export const inDouble = 'has weights in float64'

/** Operators of ONNX Runtime that hold matrix products, with or without constant weights: what they are. */
const fusedProducts = new Map([
  [
    'FusedMatMul',
    'is a product of computed tensors with a factor or a transposition, fused for ONNX Runtime',
  ],
  ...['Attention', 'MultiHeadAttention', 'GroupQueryAttention', 'DecoderMaskedMultiHeadAttention'].map(
    name => [name, 'is a whole attention, fused for ONNX Runtime'] as const,
  ),
])

const recurrent = new Set(['LSTM', 'GRU', 'RNN'])

function reasonFor(node: NodeProto, known: PlacementModel, placement: PlacementName): string | undefined {
  const { opType } = node
  if (!isDefaultDomain(node.domain)) {
    const products = fusedProducts.get(opType)
    if (node.domain === 'com.microsoft' && products) return `${products}: its products have no INT8 kernels`
    const hasWeights = node.input.some(name => (known.constants.get(name)?.dims.length ?? 0) >= 2)
    return hasWeights ? `is an operator of ${node.domain}, which Q/DQ pairs do not put into INT8` : undefined
  }
  if (recurrent.has(opType)) return 'is recurrent, for which there are no INT8 kernels'
  const inner = subgraphs(node).reduce((sum, { node: nodes }) => sum + nodes.length, 0)
  if (inner > 0) return `runs ${inner} nodes in subgraphs, which are not quantized`
  if (!weightedOperators.has(opType)) return undefined
  const weighted = weightedNode(known, node)
  if (!weighted) return whyNotWeighted(node, known)
  if (opType === 'Gemm' && !isPlainGemm(node)) return 'has a factor or a transposed input'
  if (weighted.bias && !channelBias(weighted)) return 'adds a whole matrix, not one value per channel'
  if (!isFloatActivation(known, node.input[0])) return 'reads a tensor that is not known to be float32'
  return `is not among the nodes that \`${placement}\` quantizes`
}

function whyNotWeighted({ input }: NodeProto, { constants, types }: PlacementModel): string {
  const [data, weight, bias] = input
  if (constants.has(data!)) return 'multiplies a constant from the left'
  if (types.get(weight!) === DataType.DOUBLE) return inDouble
  if (types.get(weight!) !== DataType.FLOAT) return 'has weights that are not float32'
  return constants.has(weight!) && bias
    ? 'has a bias that is computed while it runs'
    : 'has weights that are computed while it runs'
}
