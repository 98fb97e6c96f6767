import { InputError } from '../../errors.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { indexGraph } from '../../onnx/graph.ts'
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { uniqueNodeNames, uniqueTensorNames } from '../../onnx/unique-names.ts'
import { roundHalfEven } from '../affine.ts'
import { nameNodes } from '../name-nodes.ts'
import { type StoredConstant, storedConstant } from '../qdq/stored-constant.ts'
import { forEachElement, largestIntegers, type WeightLimits } from '../weights.ts'
import { removeUnusedConstants } from './remove-unused.ts'

/**
 * A copy of a Q/DQ model in which channels of the named layers have weights of less than 8 bits: with a limit of 64 instead
 * of 127 the scale grows by 127 / 64, the integers shrink to [-64, 64], and an int32 bias follows to the unit of the new
 * accumulator (input scale * weight scale).
 *
 * What other layers read stays as it is: constants that they share with a named layer are duplicated, not changed. Named
 * layers with the same limits go on sharing what they shared.
 * Weights stored as floats in front of a QuantizeLinear become integers.
 *
 * @param limits - by name of a Conv, ConvTranspose, Gemm or MatMul node, as `nameNodes` gives it
 * @throws InputError if a named node does not exist or has no symmetric INT8 weights
 */
export function reduceWeights(model: ModelProto, limits: ReadonlyMap<string, WeightLimits>): ModelProto {
  const reduced = nameNodes(model)
  const graph = reduced.graph!
  const index = indexGraph(graph)
  const known = new Map(graph.node.map(node => [node.name, node]))
  const added = new Map<string, NodeProto>()
  const narrow = narrower(graph, added)
  for (const [name, limit] of limits) {
    const node = known.get(name)
    const weight = node && storedConstant(index, node.input[1], DataType.INT8)
    if (!node || !weight) {
      const why = node ? 'its weights are not constants in symmetric INT8' : 'the model has no such node'
      throw new InputError(`the weights of node ${name} cannot be reduced: ${why}`)
    }
    const largest = largestIntegers(floatData(weight.scale).length, limit)
    const bias = storedConstant(index, node.input[2], DataType.INT32)
    narrow(weight, node, 1, largest)
    if (bias) narrow(bias, node, 2, largest)
  }
  graph.node = graph.node.flatMap(node => {
    const needed = node.input.flatMap(name => added.get(name) ?? [])
    for (const { output } of needed) added.delete(output[0]!)
    return [...needed, node]
  })
  removeUnusedConstants(graph)
  return reduced
}

/**
 * Gives one input of a node another DequantizeLinear, with larger scales and smaller integers. Those that are new are
 * added by the name of their output.
 */
function narrower(graph: GraphProto, added: Map<string, NodeProto>) {
  const newTensor = uniqueTensorNames(graph)
  const newNode = uniqueNodeNames(graph)
  const outputs = new Map<string, string>()
  return (stored: StoredConstant, node: NodeProto, input: 1 | 2, largest: Uint8Array): void => {
    const tensor = stored.dequantize.output[0]!
    const wanted = `${input} ${largest.join()} ${tensor}`
    const known = outputs.get(wanted)
    if (known !== undefined) {
      node.input[input] = known
      return
    }
    const largestOf = (channel: number) => largest[channel % largest.length]!
    const scales = floatData(stored.scale).map((scale, channel) => (127 / largestOf(channel)) * scale)
    const integers = new (input === 1 ? Int8Array : Int32Array)(stored.values.length)
    forEachElement(stored.values, stored.shape, stored.axis, (value, channel, i) => {
      const limit = input === 1 ? largestOf(channel) : 2 ** 31 - 1
      integers[i] = Math.min(Math.max(roundHalfEven(Math.fround(value / scales[channel]!)), -limit), limit)
    })
    const data = makeTensor(newTensor(`${tensor}_reduced`), stored.shape, integers)
    const scale = makeTensor(newTensor(`${tensor}_reduced_scale`), tensorShape(stored.scale), scales)
    graph.initializer.push(data, scale)

    const output = newTensor(`${tensor}_reduced_DequantizeLinear_Output`)
    outputs.set(wanted, output)
    node.input[input] = output
    const { name, input: inputs } = stored.dequantize
    const dequantize = copyMessage(stored.dequantize, {
      name: newNode(`${name}_reduced`),
      input: [data.name, scale.name, ...inputs.slice(2)],
      output: [output],
    })
    added.set(output, dequantize)
  }
}
