import { indexGraph } from '../../onnx/graph.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor } from '../../onnx/tensor.ts'
import { quantizeBias } from '../bias.ts'
import { nameNodes } from '../name-nodes.ts'
import { insertQdq, type QdqSite } from '../qdq/insert-qdq.ts'
import { scaleTensor } from '../qdq/qdq-tensors.ts'
import { weightedOperators } from '../weighted-operators.ts'
import { removeUnusedConstants } from './remove-unused.ts'

/**
 * A copy of a Q/DQ model in which the biases of the named nodes are int32 in steps of input scale * weight scale, which
 * is what integer kernels add. Nodes that read no dequantized activation and weights keep their bias.
 */
export function quantizeBiases(model: ModelProto, nodes: ReadonlySet<string>): ModelProto {
  const copy = nameNodes(model)
  const graph = copy.graph!
  const { producer, constants } = indexGraph(graph)
  const dequantize = (tensor: string | undefined) => {
    const node = producer.get(tensor ?? '')
    return node?.opType === 'DequantizeLinear' ? node : undefined
  }
  const valuesOf = (tensor: string | undefined) => {
    const constant = constants.get(tensor ?? '')
    return constant && floatData(constant)
  }
  const sites = graph.node.flatMap((node): QdqSite[] => {
    if (!weightedOperators.has(node.opType) || !nodes.has(node.name) || !node.input[2]) return []
    const [data, weight, stored] = [0, 1, 2].map(input => dequantize(node.input[input]))
    const [inputScale, weightScales] = [valuesOf(data?.input[1]), valuesOf(weight?.input[1])]
    const bias = stored ? dequantized(stored.input.map(valuesOf)) : valuesOf(node.input[2])
    if (!data || inputScale?.length !== 1 || !weightScales || !bias) return []
    const { data: integers, scales } = quantizeBias(bias, inputScale[0]!, weightScales)
    const axis = scales.length === 1 ? undefined : 0
    return [
      {
        tensor: node.input[2],
        scale: scaleTensor(scales, axis),
        ...(axis !== undefined && { axis }),
        stored: makeTensor('', [bias.length], integers),
        readers: [{ node, input: 2 }],
      },
    ]
  })
  insertQdq(graph, sites, graph.node.find(({ opType }) => opType === 'DequantizeLinear')?.domain ?? '')
  removeUnusedConstants(graph)
  return copy
}

function dequantized([integers, scales]: readonly (Float32Array | undefined)[]): Float32Array | undefined {
  return (
    integers && scales && integers.map((value, channel) => value * scales[scales.length === 1 ? 0 : channel]!)
  )
}
