import { intAttribute } from '../../onnx/attributes.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { uniqueNodeNames, uniqueTensorNames } from '../../onnx/unique-names.ts'
import { type WeightedNode, weightedNode } from '../weighted-node.ts'

/** Operators whose float weights ONNX Runtime quantizes where it finds them between a DQ and a Q. */
const quantizedUnasked = new Set(['Conv', 'ConvTranspose', 'Gemm'])
const passedThrough = new Set(['Relu', 'Clip'])

/**
 * Keeps ONNX Runtime from putting layers into INT8 that were left in float, in place.
 *
 * Its pass `WeightBiasQuantization`, which is on by default, gives a Conv, ConvTranspose or Gemm with float weights
 * between a DequantizeLinear and a QuantizeLinear integer weights with a single scale. It takes only a scale for the whole
 * input. So such a layer reads from a DequantizeLinear of its own that has the same scale once for each channel: equal
 * numbers, and no QuantizeLinear or kernel more.
 */
export function holdInFloat(graph: GraphProto): void {
  const index = indexGraph(graph)
  const newTensor = uniqueTensorNames(graph)
  const newNode = uniqueNodeNames(graph)
  const own = new Map<NodeProto, NodeProto>()
  for (const node of graph.node) {
    const weighted = quantizedUnasked.has(node.opType) ? weightedNode(index, node) : undefined
    const shared = index.producer.get(node.input[0] ?? '')
    if (!weighted || shared?.opType !== 'DequantizeLinear' || !leadsToQuantizer(index, node)) continue
    const [scale, zeroPoint] = [1, 2].map(input => index.constants.get(shared.input[input] ?? ''))
    if (!scale || floatData(scale).length !== 1 || !zeroPoint) continue
    const { axis, channels } = inputChannels(weighted)
    const parameters = [scale, zeroPoint].map(tensor => {
      const vector = repeated(tensor, channels, newTensor(`${tensor.name}_per_channel`))
      graph.initializer.push(vector)
      return vector.name
    })
    const output = newTensor(`${node.input[0]}_per_channel`)
    const name = newNode(`${shared.name}_per_channel`)
    const attributes = { axis: BigInt(axis) }
    const made = makeNode('DequantizeLinear', name, [shared.input[0]!, ...parameters], [output], attributes)
    own.set(node, copyMessage(made, { domain: shared.domain }))
    node.input[0] = output
  }
  graph.node = graph.node.flatMap(node => (own.has(node) ? [own.get(node)!, node] : [node]))
}

function leadsToQuantizer(index: GraphIndex, { output: [made] }: NodeProto): boolean {
  const { readers, outputs } = index
  const [only, ...others] = readers.get(made!) ?? []
  if (!only || others.length > 0 || outputs.has(made!)) return false
  if (only.node.opType === 'QuantizeLinear') return true
  return passedThrough.has(only.node.opType) && leadsToQuantizer(index, only.node)
}

/** The axis of a layer's input along which its channels lie, and their number. */
function inputChannels({ node, weight }: WeightedNode): { axis: number; channels: number } {
  const [first, second] = tensorShape(weight)
  switch (node.opType) {
    case 'Conv':
      return { axis: 1, channels: second! * intAttribute(node, 'group', 1) }
    case 'ConvTranspose':
      return { axis: 1, channels: first! }
    default: // Gemm
      return {
        axis: intAttribute(node, 'transA', 0) ? 0 : 1,
        channels: intAttribute(node, 'transB', 0) ? second! : first!,
      }
  }
}

/** A scalar as a vector of its type. */
function repeated(scalar: TensorProto, times: number, name: string): TensorProto {
  const value = floatData(scalar)[0]!
  const fill = { [DataType.FLOAT]: Float32Array, [DataType.UINT8]: Uint8Array, [DataType.INT8]: Int8Array }
  return makeTensor(name, [times], new fill[scalar.dataType as keyof typeof fill](times).fill(value))
}
