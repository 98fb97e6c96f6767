import { InputError } from '../../errors.ts'
import { intAttribute } from '../../onnx/attributes.ts'
import { constantInitializers } from '../../onnx/constant-initializers.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import type { ModelProto, NodeProto, TensorProto } from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { nameNodes } from '../name-nodes.ts'
import { isQdq } from '../qdq/has-qdq.ts'
import { forEachElement } from '../weights.ts'
import { removeUnusedConstants } from './remove-unused.ts'

/** A tensor that a Q/DQ model reads through 8 bits. */
export interface FoundSite {
  /** Its name in the float model. */
  readonly tensor: string
  /** What reads the dequantized value: nodes by their names; an input is undefined if a subgraph reads it. */
  readonly readers: readonly { readonly node: string; readonly input: number | undefined }[]
  /** Whether it is also an output of the model. */
  readonly isOutput: boolean
}

/** The float model that a Q/DQ model stands for, and where its pairs were. */
export interface WithoutQdq {
  readonly model: ModelProto
  readonly sites: readonly FoundSite[]
}

/**
 * Takes the QuantizeLinear and DequantizeLinear nodes out of a model. What is stored as integers becomes floats; nodes
 * get the names that `nameNodes` gives them.
 *
 * @throws InputError if a stored constant is quantized in blocks
 */
export function removeQdq(model: ModelProto): WithoutQdq {
  const float = constantInitializers(nameNodes(model))
  const graph = float.graph!
  const index = indexGraph(graph)
  const floats = floatNames(index)
  // The caller knows outputs by their names: what was quantized to one takes its name.
  const outputs = new Map([...index.outputs].map(name => [floats.get(name) ?? name, name]))
  const nameOf = (name: string) => {
    const source = floats.get(name) ?? name
    return outputs.get(source) ?? source
  }

  const sites = graph.node.filter(node => startsSite(node, index)).map(node => siteOf(node, index, nameOf))
  const stored = graph.node.filter(node => isQdq(node) && floats.get(node.output[0]!) === node.output[0])
  graph.initializer.push(...stored.map(node => dequantized(node, index)))
  graph.node = graph.node.flatMap(node => {
    if (!isQdq(node)) {
      return copyMessage(node, { input: node.input.map(nameOf), output: node.output.map(nameOf) })
    }
    const [name] = node.output as [string]
    const readByName = index.readers.get(name)?.some(({ input }) => input === undefined)
    return readByName && nameOf(name) !== name ? makeNode('Identity', '', [nameOf(name)], [name]) : []
  })
  graph.valueInfo = graph.valueInfo.filter(({ name }) => nameOf(name) === name)
  removeUnusedConstants(graph)
  return { model: nameNodes(float), sites }
}

/** By output of a Q or DQ, the float tensor that it stands for: itself, if the integers are stored. */
function floatNames({ graph, constants }: GraphIndex): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { opType, input, output } of graph.node.filter(isQdq)) {
    const stored = opType === 'DequantizeLinear' && constants.has(input[0]!)
    names.set(output[0]!, stored ? output[0]! : (names.get(input[0]!) ?? input[0]!))
  }
  return names
}

/** Whether a node is where a tensor becomes integers: a Q, or a DQ of stored ones. */
function startsSite({ opType, input }: NodeProto, { constants }: GraphIndex): boolean {
  return opType === 'QuantizeLinear' || (opType === 'DequantizeLinear' && constants.has(input[0]!))
}

function siteOf(node: NodeProto, index: GraphIndex, nameOf: (name: string) => string): FoundSite {
  const { readers, outputs } = index
  const readersOf = (name: string) => readers.get(name) ?? []
  const dequantize =
    node.opType === 'DequantizeLinear'
      ? [node]
      : readersOf(node.output[0]!).flatMap(reader => (isQdq(reader.node) ? [reader.node] : []))
  const values = dequantize.map(({ output }) => output[0]!)
  return {
    tensor: nameOf(node.output[0]!),
    readers: values
      .flatMap(readersOf)
      .filter(reader => !isQdq(reader.node))
      .map(reader => ({ node: reader.node.name, input: reader.input })),
    isOutput: values.some(name => outputs.has(name)),
  }
}

function dequantized(node: NodeProto, { constants }: GraphIndex): TensorProto {
  const [data, scale, zeroPoint] = node.input.map(name => constants.get(name))
  if (!data || !scale || scale.dims.length > 1) {
    throw new InputError(
      `node ${node.name} (DequantizeLinear) has scales that are computed or in blocks: give a model with one scale per tensor or channel`,
    )
  }
  const shape = tensorShape(data)
  const [scales, zeroPoints] = [floatData(scale), zeroPoint && floatData(zeroPoint)]
  const position = intAttribute(node, 'axis', 1)
  const axis = scales.length === 1 ? undefined : position < 0 ? position + shape.length : position
  const values = Float32Array.from(floatData(data))
  forEachElement(values, shape, axis, (integer, channel, i) => {
    values[i] = (integer - (zeroPoints?.[channel] ?? 0)) * scales[channel]!
  })
  return makeTensor(node.output[0]!, shape, values)
}
