import { indexGraph } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto, type NodeProto } from '../../onnx/onnx_pb.ts'
import { makeTensor } from '../../onnx/tensor.ts'
import { uniqueTensorNames } from '../../onnx/unique-names.ts'
import { nameNodes } from '../name-nodes.ts'
import { storedConstant } from '../qdq/stored-constant.ts'
import { weightedOperators } from '../weighted-operators.ts'
import { removeUnusedConstants } from './remove-unused.ts'

/**
 * A copy of a Q/DQ model in which the named nodes have their weights and biases as floats, without pairs, so that they
 * run in float. Undefined if none of them has quantized weights.
 */
export function floatWeights(model: ModelProto, nodes: ReadonlySet<string>): ModelProto | undefined {
  const copy = nameNodes(model)
  const graph = copy.graph!
  const index = indexGraph(graph)
  const newTensor = uniqueTensorNames(graph)
  const floats = new Map<NodeProto, string>()
  for (const node of graph.node) {
    if (!weightedOperators.has(node.opType) || !nodes.has(node.name)) continue
    for (const [input, type] of [
      [1, DataType.INT8],
      [2, DataType.INT32],
    ] as const) {
      const stored = storedConstant(index, node.input[input], type)
      if (!stored) continue
      const name = floats.get(stored.dequantize) ?? newTensor(`${node.input[input]}_float`)
      if (!floats.has(stored.dequantize)) {
        graph.initializer.push(makeTensor(name, stored.shape, stored.values))
      }
      floats.set(stored.dequantize, name)
      node.input[input] = name
    }
  }
  removeUnusedConstants(graph)
  return floats.size > 0 ? copy : undefined
}
