import { indexGraph } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../onnx/onnx_pb.ts'
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
  let changed = false
  for (const node of graph.node) {
    if (!weightedOperators.has(node.opType) || !nodes.has(node.name)) continue
    for (const [input, type] of [
      [1, DataType.INT8],
      [2, DataType.INT32],
    ] as const) {
      const stored = storedConstant(index, node.input[input], type)
      if (!stored) continue
      const tensor = makeTensor(newTensor(`${node.input[input]}_float`), stored.shape, stored.values)
      graph.initializer.push(tensor)
      node.input[input] = tensor.name
      changed = true
    }
  }
  removeUnusedConstants(graph)
  return changed ? copy : undefined
}
