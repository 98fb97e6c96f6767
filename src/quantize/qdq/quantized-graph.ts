import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { floatData, tensorData } from '../../onnx/tensor.ts'
import type { AffineParameters } from '../affine.ts'

/** A Q/DQ model as one asks why its pairs did not fuse. */
export interface QuantizedGraph extends GraphIndex {
  node(name: string): NodeProto | undefined
  /** The DequantizeLinear that makes a tensor. */
  dequantize(tensor: string | undefined): NodeProto | undefined
  /** The QuantizeLinear nodes that read a tensor. */
  quantizers(tensor: string): readonly NodeProto[]
  /** The DequantizeLinear nodes that read what a QuantizeLinear makes. */
  dequantizers(quantize: NodeProto): readonly NodeProto[]
  /** Whether it reads a dequantized activation and, where it has weights, dequantized weights. */
  isPlanned(node: NodeProto): boolean
}

export function quantizedGraph(model: ModelProto): QuantizedGraph {
  const index = indexGraph(model.graph!)
  const nodes = new Map(index.graph.node.map(node => [node.name, node]))
  const readersOf = (tensor: string, opType: string) =>
    (index.readers.get(tensor) ?? []).map(({ node }) => node).filter(node => node.opType === opType)
  const dequantize = (tensor: string | undefined) => {
    const node = index.producer.get(tensor ?? '')
    return node?.opType === 'DequantizeLinear' ? node : undefined
  }
  return {
    ...index,
    node: name => nodes.get(name),
    dequantize,
    quantizers: tensor => readersOf(tensor, 'QuantizeLinear'),
    dequantizers: quantize => readersOf(quantize.output[0]!, 'DequantizeLinear'),
    isPlanned: ({ input: [data, weight] }) =>
      dequantize(data) !== undefined && (weight === undefined || dequantize(weight) !== undefined),
  }
}

/** Scale and zero point of a Q or DQ for a whole tensor; undefined if they are computed or there are several. */
export function parametersOf(
  { constants }: Pick<GraphIndex, 'constants'>,
  { input: [, scaleName, zeroPointName] }: NodeProto,
): AffineParameters | undefined {
  const scale = constants.get(scaleName ?? '')
  const zeroPoint = constants.get(zeroPointName ?? '')
  if (!scale || (zeroPointName && !zeroPoint)) return undefined
  const [scales, zeroPoints] = [floatData(scale), zeroPoint && tensorData(zeroPoint)]
  if (scales.length !== 1 || (zeroPoints && zeroPoints.length !== 1)) return undefined
  const type = zeroPoints instanceof Int8Array ? 'int8' : 'uint8'
  if (zeroPoints && !(zeroPoints instanceof Int8Array || zeroPoints instanceof Uint8Array)) return undefined
  return { type, scale: scales[0]!, zeroPoint: Number(zeroPoints?.[0] ?? 0) }
}
