import { create } from '@bufbuild/protobuf'
import { copyMessage } from '../onnx/copy-message.ts'
import { copyModel } from '../onnx/copy-model.ts'
import { type GraphIndex, indexGraph } from '../onnx/graph.ts'
import { makeNode } from '../onnx/node.ts'
import {
  type ModelProto,
  type NodeProto,
  TensorProto_DataType,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../onnx/onnx_pb.ts'
import { storedConstant } from './qdq/stored-constant.ts'
import { weightedOperators } from './weighted-operators.ts'

/** One weighted layer of a Q/DQ model, cut out with the Q/DQ nodes around it. */
export interface ProbedLayer {
  /** Name of the Conv, ConvTranspose, Gemm or MatMul node. */
  readonly node: string
  readonly op: string
  /** Float tensor of the original model that the layer's Q reads, also the name of the probe's input. */
  readonly input: string
  /** Name of the initializer that holds the scale of that Q; absent if it is no constant. */
  readonly inputScale?: string
  /** Float output of the probe that belongs to this layer. */
  readonly output: string
  /** Name of the initializer that holds the scale of the output's Q; absent if the output is not quantized. */
  readonly outputScale?: string
  /** Whether the weights are stored so that they can use less than 8 bits (`reduceWeights`). */
  readonly narrowable: boolean
}

/** All weighted layers of a Q/DQ model side by side in one model, each fed with its own activation. */
export interface LayerProbe {
  readonly model: ModelProto
  readonly layers: readonly ProbedLayer[]
}

const activationOps = new Set(['Relu', 'Clip', 'LeakyRelu'])

/**
 * Cuts every weighted layer of a Q/DQ model out of its surroundings: Q -> DQ -> Conv (-> Relu) -> Q -> DQ, from a float
 * input to a float output. In the whole model one more reader of a quantized tensor would undo the fusion that is to
 * be observed; cut out, each layer fuses as it does in the model, and gets the same kernel.
 *
 * @param only - names of the nodes to cut out; all if absent
 */
export function probeLayers(model: ModelProto, only?: ReadonlySet<string>): LayerProbe {
  const index = indexGraph(model.graph!)
  const cuts = model.graph!.node.flatMap(node =>
    only?.has(node.name) === false ? [] : (cutOut(node, index) ?? []),
  )
  const probe = copyModel(model)
  const graph = probe.graph!
  const inputs = new Set(cuts.map(({ layer }) => layer.input))
  const constants = new Set(cuts.flatMap(({ nodes }) => nodes.flatMap(({ input }) => input)))
  graph.node = cuts.flatMap(({ nodes }) => nodes)
  graph.input = [...inputs].map(floatValue)
  graph.output = cuts.map(({ layer }) => floatValue(layer.output))
  graph.initializer = [...index.constants].flatMap(([name, tensor]) =>
    constants.has(name) ? [copyMessage(tensor, { name })] : [],
  )
  graph.valueInfo = []
  return { model: probe, layers: cuts.map(({ layer }) => layer) }
}

interface Cut {
  readonly layer: ProbedLayer
  readonly nodes: readonly NodeProto[]
}

function cutOut(node: NodeProto, index: GraphIndex): Cut | undefined {
  if (!weightedOperators.has(node.opType)) return undefined
  const [data, weights, bias] = node.input
  const activation = quantizedFrom(data, index)
  const weightNodes = constantChain(weights, index)
  // Float weights have no integers that could overflow, but those that the runtime may give them.
  if (!activation || !weightNodes?.length) return undefined
  const biasNodes = bias ? constantChain(bias, index) : []
  if (!biasNodes) return undefined

  const tail = quantizedOutput(node, index)
  const prefix = `${node.name || node.output[0]} probe `
  const own = new Map<string, string>()
  const nodes = [...activation.nodes, ...weightNodes, ...biasNodes, node, ...tail.nodes].map(original => {
    const rename = (name: string) => {
      if (name === '' || name === activation.float || index.constants.has(name)) return name
      own.set(name, prefix + name)
      return prefix + name
    }
    const copy = makeNode(
      original.opType,
      prefix + original.name,
      original.input.map(rename),
      original.output.map(rename),
    )
    copy.attribute = original.attribute
    copy.domain = original.domain
    return copy
  })
  const output = own.get(tail.output)!
  return {
    nodes,
    layer: {
      node: node.name,
      op: node.opType,
      input: activation.float,
      ...(activation.scale !== undefined && { inputScale: activation.scale }),
      output,
      narrowable: storedConstant(index, weights, TensorProto_DataType.INT8) !== undefined,
      ...(tail.scale !== undefined && { outputScale: tail.scale }),
    },
  }
}

/** The Q and DQ between a float tensor and its reader; not of 16-bit floats, which have no integer kernels. */
function quantizedFrom(name: string | undefined, { producer, constants }: GraphIndex) {
  const dequantize = producer.get(name ?? '')
  if (dequantize?.opType !== 'DequantizeLinear') return undefined
  const scale = constants.get(dequantize.input[1] ?? '')
  if (scale && scale.dataType !== TensorProto_DataType.FLOAT) return undefined
  const quantize = producer.get(dequantize.input[0]!)
  if (quantize?.opType !== 'QuantizeLinear') return undefined
  const scaleName = quantize.input[1]!
  return {
    float: quantize.input[0]!,
    nodes: [quantize, dequantize],
    ...(constants.has(scaleName) && { scale: scaleName }),
  }
}

/** The nodes between constants and a tensor: none, DQ, or Q -> DQ. Undefined if the tensor is not constant. */
function constantChain(name: string | undefined, index: GraphIndex): NodeProto[] | undefined {
  if (name === undefined) return undefined
  if (index.constants.has(name)) return []
  const node = index.producer.get(name)
  if (node?.opType !== 'DequantizeLinear' && node?.opType !== 'QuantizeLinear') return undefined
  const before = constantChain(node.input[0], index)
  return before && [...before, node]
}

/** What follows a layer up to its first Q, and a DQ after it; nothing if the output stays float. */
function quantizedOutput(node: NodeProto, { readers, graph }: GraphIndex) {
  const float = { nodes: [] as NodeProto[], output: node.output[0]!, scale: undefined }
  const nodes: NodeProto[] = []
  let output = node.output[0]!
  for (;;) {
    const [reader, ...more] = readers.get(output) ?? []
    if (!reader || more.length > 0) return float
    nodes.push(reader.node)
    output = reader.node.output[0]!
    if (reader.node.opType === 'QuantizeLinear') break
    if (!activationOps.has(reader.node.opType)) return float
  }
  const quantize = nodes.at(-1)!
  const dequantize = graph.node.find(
    ({ opType, input }) => opType === 'DequantizeLinear' && input[0] === output,
  )
  if (!dequantize) return float
  return { nodes: [...nodes, dequantize], output: dequantize.output[0]!, scale: quantize.input[1] }
}

function floatValue(name: string) {
  const type = create(TypeProtoSchema, {
    value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT } },
  })
  return create(ValueInfoProtoSchema, { name, type })
}
