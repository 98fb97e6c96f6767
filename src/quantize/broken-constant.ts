import { indexGraph } from '../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto, type NodeProto } from '../onnx/onnx_pb.ts'
import { floatData } from '../onnx/tensor.ts'
import { isQdq } from './qdq/has-qdq.ts'

/** A stored tensor with values that no result can come from. */
export interface BrokenConstant {
  readonly tensor: string
  /** Who reads it. */
  readonly node: NodeProto
  /** NaN, Infinity or -Infinity: the first that was found. */
  readonly value: number
  /** How many of its values are so, and how many it has. */
  readonly count: number
  readonly size: number
}

const floatTypes: ReadonlySet<number> = new Set([
  DataType.FLOAT,
  DataType.DOUBLE,
  DataType.FLOAT16,
  DataType.BFLOAT16,
])

/** Operators that choose between values, or ask what they are: NaN may be what is meant. */
const choosing = new Set(
  'Where Max Min Clip Pad IsNaN IsInf Equal Greater GreaterOrEqual Less LessOrEqual ScatterND ScatterElements'.split(
    ' ',
  ),
)

/** Operators that multiply with what they store: infinity, which masks elsewhere, is no weight and no scale. */
const multiplying = new Set(
  'Conv ConvTranspose Gemm MatMul LSTM GRU RNN BatchNormalization InstanceNormalization LayerNormalization GroupNormalization'.split(
    ' ',
  ),
)

/**
 * The first constant, in the order of the nodes that read it, that holds NaN, or infinity as a weight or as a scale.
 *
 * @param model - with a name for every node
 */
export function brokenConstant(model: ModelProto): BrokenConstant | undefined {
  const { graph, constants } = indexGraph(model.graph!)
  for (const node of graph.node) {
    if (choosing.has(node.opType)) continue
    const isFactor = multiplying.has(node.opType) || isQdq(node) || node.opType.startsWith('QLinear')
    const isBroken = isFactor ? (value: number) => !Number.isFinite(value) : Number.isNaN
    for (const tensor of node.input) {
      const constant = constants.get(tensor)
      if (!constant || !floatTypes.has(constant.dataType)) continue
      const data = floatData(constant)
      const value = data.find(isBroken)
      if (value === undefined) continue
      return { tensor, node, value, count: data.filter(isBroken).length, size: data.length }
    }
  }
  return undefined
}
