import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { floatData } from '../../onnx/tensor.ts'
import { activationOperators } from '../../quantize/activation-operators.ts'
import { integerLimits } from '../../quantize/affine.ts'
import { parametersOf, type QuantizedGraph } from '../../quantize/qdq/quantized-graph.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'

/** Why ONNX Runtime's CPU provider runs a layer in float although its inputs are dequantized integers. */
export type WhyFloat =
  | 'unquantized-output'
  | 'unquantized-activation'
  | 'unfolded-activation'
  | 'bias-scale'
  | 'float-bias'
  | 'signed-readers'
  | 'unknown'

const foldable = new Set(['Relu', 'Clip'])

/** ONNX Runtime takes a bias scale that is off by less than this share of input scale * weight scale. */
const biasTolerance = 0.01

/**
 * Compares a weighted node with what the runtime fuses: DQ -> node (-> Relu or Clip) -> Q, nothing else reading what
 * the node makes, the bias in int32, in steps of input scale * weight scale, and no signed activation with several readers,
 * which x86 kernels want unsigned and the runtime does not convert. Undefined if the node is no such case: it has no
 * weights, or an input without a pair.
 */
export function whyFloat(graph: QuantizedGraph, node: NodeProto): WhyFloat | undefined {
  if (!weightedOperators.has(node.opType) || !graph.isPlanned(node)) return undefined
  const end = outputEnd(graph, node)
  if (end.unfolded) return 'unfolded-activation'
  if (!end.quantize) {
    const readers = graph.readers.get(end.tensor) ?? []
    return readers.some(reader => activationOperators.has(reader.node.opType))
      ? 'unquantized-activation'
      : 'unquantized-output'
  }
  if (!biasFits(graph, node)) return 'bias-scale'
  // A MatMul has none.
  if (node.input[2] && !graph.dequantize(node.input[2])) return 'float-bias'
  if (isSignedWithReaders(graph, graph.producer.get(graph.dequantize(node.input[0])!.input[0]!))) {
    return 'signed-readers'
  }
  return isSignedWithReaders(graph, end.quantize) ? 'signed-readers' : 'unknown'
}

/** What stands behind a node up to its Q: the last float tensor, and the Q where it alone reads that. */
function outputEnd(
  graph: QuantizedGraph,
  node: NodeProto,
): { readonly tensor: string; readonly quantize?: NodeProto; readonly unfolded?: true } {
  const tensor = node.output[0]!
  const readers = graph.readers.get(tensor) ?? []
  const [reader] = readers
  if (!reader || readers.length > 1 || graph.outputs.has(tensor)) return { tensor }
  if (reader.node.opType === 'QuantizeLinear') return { tensor, quantize: reader.node }
  if (!foldable.has(reader.node.opType)) return { tensor }
  const end = outputEnd(graph, reader.node)
  return end.quantize && !folds(graph, reader.node, end.quantize) ? { ...end, unfolded: true } : end
}

/** Whether a Q represents nothing that a Relu or Clip cuts off, so that it can stand for it. */
function folds(graph: QuantizedGraph, activation: NodeProto, quantize: NodeProto): boolean {
  const parameters = parametersOf(graph, quantize)
  if (!parameters) return false
  const { type, scale, zeroPoint } = parameters
  const [lowest, highest] = integerLimits[type]
  const bound = (input: number) => {
    const constant = graph.constants.get(activation.input[input] ?? '')
    return constant && floatData(constant)[0]
  }
  const least = activation.opType === 'Relu' ? 0 : (bound(1) ?? Number.NEGATIVE_INFINITY)
  const most =
    activation.opType === 'Relu' ? Number.POSITIVE_INFINITY : (bound(2) ?? Number.POSITIVE_INFINITY)
  return (lowest - zeroPoint) * scale >= least && (highest - zeroPoint) * scale <= most
}

function biasFits(graph: QuantizedGraph, { input }: NodeProto): boolean {
  const bias = graph.dequantize(input[2])
  if (!bias) return true
  const scales = [input[0], input[1], input[2]].map(name => {
    const constant = graph.constants.get(graph.dequantize(name)?.input[1] ?? '')
    return constant && floatData(constant)
  })
  const [data, weight, given] = scales
  if (!data || !weight || !given) return true
  return weight.every((scale, channel) => {
    const expected = data[0]! * scale
    const found = given[given.length === 1 ? 0 : channel] ?? 0
    return Math.abs(found - expected) <= biasTolerance * expected
  })
}

function isSignedWithReaders(graph: QuantizedGraph, quantize: NodeProto | undefined): boolean {
  if (quantize?.opType !== 'QuantizeLinear') return false
  const readers = graph.dequantizers(quantize).flatMap(({ output }) => graph.readers.get(output[0]!) ?? [])
  return parametersOf(graph, quantize)?.type === 'int8' && readers.length > 1
}
