import { indexGraph } from '../../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type GraphProto } from '../../../onnx/onnx_pb.ts'
import { readModel } from '../../../onnx/read-model.ts'
import { elementTypes } from '../../../onnx/types/element-types.ts'
import { isQdq } from '../../../quantize/qdq/has-qdq.ts'

/**
 * What in a model makes ONNX Runtime say something that names no place in it, as a clause; empty if nothing is known.
 *
 * @param message - what the runtime said
 */
export async function whyNotLoaded(path: string, message: string): Promise<string> {
  const twice = /two nodes with same node name \((.*)\)/s.exec(message)?.[1]
  const type = /Unsupported data type: (\d+)/.exec(message)?.[1]
  const operator = /Could not find an implementation for (\w+)\(\d+\)/.exec(message)?.[1]
  if (twice === undefined && type === undefined && operator === undefined) return ''
  const model = await readModel(path, { dataBeside: false }).catch(() => undefined)
  if (!model?.graph) return ''
  const why =
    twice !== undefined
      ? missingZeroPoint(model.graph, twice)
      : operator !== undefined
        ? typeWithoutKernel(model.graph, operator)
        : typeWithoutArrays(model.graph, Number(type))
  return why === undefined ? '' : `; ${why}`
}

/**
 * Up to 1.30 the runtime does not fuse the pairs around a layer whose DequantizeLinear has no zero point, which ONNX makes
 * optional: it puts two nodes of the layer's name into its graph and then refuses that graph.
 */
function missingZeroPoint(given: GraphProto, name: string): string | undefined {
  const { graph, producer } = indexGraph(given)
  const layer = graph.node.find(node => node.name === name)
  const pair = layer?.input
    .map(input => producer.get(input))
    .find(node => node !== undefined && isQdq(node) && !node.input[2])
  if (!pair) return undefined
  return `node \`${name}\` reads \`${pair.name || pair.output[0]}\` (${pair.opType}), which has no zero point, and this runtime cannot fuse such a pair: give the pairs zero points, of 0 where there is none`
}

/** bfloat16 and 8-bit floats: the runtime knows them, its JavaScript interface does not. */
function typeWithoutArrays({ input, output }: GraphProto, type: number): string | undefined {
  const value = [...input, ...output].find(
    ({ type: stated }) => stated?.value.case === 'tensorType' && stated.value.value.elemType === type,
  )
  if (!value) return undefined
  const end = input.includes(value) ? 'input' : 'output'
  return `${end} \`${value.name}\` has the type ${DataType[type]?.toLowerCase()}, which cannot be exchanged with Node.js: export the model with float32 there`
}

/** Types that the runtime stores for every operator and computes with in few of them. */
const scarce = new Set([DataType.BFLOAT16, DataType.DOUBLE, DataType.FLOAT16])

/** The runtime names the operator, seldom the node, and never the type that is why. */
function typeWithoutKernel(graph: GraphProto, operator: string): string | undefined {
  const types = elementTypes(indexGraph(graph))
  for (const { opType, name, input, output } of graph.node) {
    const type = input.map(each => types.get(each)).find(each => each !== undefined && scarce.has(each))
    if (opType !== operator || type === undefined) continue
    return `node \`${name || output[0]}\` computes in ${DataType[type]!.toLowerCase()}, for which this device has no kernel of it: export the model in float32`
  }
  return undefined
}
