import { stringAttribute } from '../../onnx/attributes.ts'
import { TensorProto_DataType as DataType, type NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { isFloatActivation, type PlacementModel } from '../placement.ts'
import { channelBias, isPlainGemm, weightedNode } from '../weighted-node.ts'

/** How ONNX Runtime's CPU provider runs a node whose neighbours are in INT8. */
export interface OperatorSupport {
  /**
   * `weighted`: integer kernel for an activation and constant weights. `kernel`: integer kernel or lookup table.
   * `moves`: moves or selects values, on integers as on floats, if input and output have equal parameters.
   */
  readonly kind: 'weighted' | 'kernel' | 'moves'
  /** Which inputs are read through 8 bits, weights apart. */
  readonly inputs: 'first' | 'all'
  /** The integer kernel can also write floats, so a result that only float nodes read needs no Q. */
  readonly floatOutput?: true
}

/** Integer operators of ONNX Runtime 1.30's CPU provider. Every other one runs in float, between DQ and Q. */
const operators: Readonly<Record<string, OperatorSupport>> = {
  Conv: { kind: 'weighted', inputs: 'first' },
  Gemm: { kind: 'weighted', inputs: 'first', floatOutput: true },
  MatMul: { kind: 'weighted', inputs: 'first', floatOutput: true },
  Add: { kind: 'kernel', inputs: 'all' },
  Mul: { kind: 'kernel', inputs: 'all' },
  Concat: { kind: 'kernel', inputs: 'all' },
  Sigmoid: { kind: 'kernel', inputs: 'first' },
  LeakyRelu: { kind: 'kernel', inputs: 'first' },
  Softmax: { kind: 'kernel', inputs: 'first' },
  AveragePool: { kind: 'kernel', inputs: 'first' },
  GlobalAveragePool: { kind: 'kernel', inputs: 'first' },
  MaxPool: { kind: 'moves', inputs: 'first' },
  Resize: { kind: 'moves', inputs: 'first' },
  Flatten: { kind: 'moves', inputs: 'first' },
  Gather: { kind: 'moves', inputs: 'first' },
  Reshape: { kind: 'moves', inputs: 'first' },
  Slice: { kind: 'moves', inputs: 'first' },
  Split: { kind: 'moves', inputs: 'first' },
  Squeeze: { kind: 'moves', inputs: 'first' },
  Transpose: { kind: 'moves', inputs: 'first' },
  Unsqueeze: { kind: 'moves', inputs: 'first' },
}

/** Undefined if the node runs in float. */
export function operatorSupport(model: PlacementModel, node: NodeProto): OperatorSupport | undefined {
  const support = isDefaultDomain(node.domain) ? operators[node.opType] : undefined
  if (!support) return undefined
  if (support.kind === 'weighted') {
    const weighted = weightedNode(model, node)
    // The product of two activations has an integer kernel as well.
    if (!weighted) return node.opType === 'MatMul' ? product(model, node, support) : undefined
    if (node.opType === 'Gemm' && !isPlainGemm(node)) return undefined
    if (weighted.bias && !channelBias(weighted)) return undefined
  }
  if (!readsFloats(model, node, support.inputs)) return undefined
  // MaxPool takes integers since opset 12, and its integer kernel gives no indices.
  if (node.opType === 'MaxPool' && (model.opset < 12 || node.output.length > 1)) return undefined
  if (node.opType === 'Resize' && stringAttribute(node, 'mode', 'nearest') !== 'nearest') return undefined
  // Class probabilities at the end: in 8 bits they are coarse, and nothing integer would follow.
  if (node.opType === 'Softmax' && model.outputs.has(node.output[0]!)) return undefined
  return support
}

function product(
  model: PlacementModel,
  node: NodeProto,
  support: OperatorSupport,
): OperatorSupport | undefined {
  return readsFloats(model, node, 'all') ? { ...support, kind: 'kernel', inputs: 'all' } : undefined
}

/** An operand may be constant as long as another one is not: it is then quantized like an activation. */
function readsFloats(model: PlacementModel, { input }: NodeProto, which: 'first' | 'all'): boolean {
  if (which === 'first') return isFloatActivation(model, input[0])
  const isFloat = (name: string) => model.types.get(name) === DataType.FLOAT
  return input.every(isFloat) && input.some(name => isFloatActivation(model, name))
}
