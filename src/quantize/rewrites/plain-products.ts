import { floatAttribute, intAttribute } from '../../onnx/attributes.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { uniqueTensorNames } from '../../onnx/unique-names.ts'
import { removeUnusedConstants } from './remove-unused.ts'

/**
 * The same model with a MatMul for every FusedMatMul of ONNX Runtime whose second operand is a constant matrix: the
 * factor and the transposition go into the constant. A FusedMatMul has no integer kernel, the MatMul has one. Those that
 * transpose what is computed stay.
 */
export function plainProducts(model: ModelProto): ModelProto {
  const index = indexGraph(model.graph!)
  const fused = new Map(model.graph!.node.flatMap(node => plain(node, index)))
  if (fused.size === 0) return model
  const copy = copyModel(model)
  const graph = copy.graph!
  const newTensor = uniqueTensorNames(graph)
  graph.node = model.graph!.node.map((node, i) => {
    const matrix = fused.get(node)
    if (!matrix) return graph.node[i]!
    const weight = copyMessage(matrix, { name: newTensor(`${node.input[1]!}_plain`) })
    graph.initializer.push(weight)
    return makeNode('MatMul', node.name, [node.input[0]!, weight.name], node.output)
  })
  removeUnusedConstants(graph)
  return copy
}

/** The node with the matrix that a MatMul would read; none if it is no such product. */
function plain(node: NodeProto, { constants }: GraphIndex): (readonly [NodeProto, TensorProto])[] {
  if (node.domain !== 'com.microsoft' || node.opType !== 'FusedMatMul') return []
  const matrix = constants.get(node.input[1]!)
  const transposed = ['transA', 'transBatchA', 'transBatchB'].some(name => intAttribute(node, name, 0) !== 0)
  if (transposed || constants.has(node.input[0]!)) return []
  if (matrix?.dataType !== DataType.FLOAT || matrix.dims.length !== 2) return []
  const alpha = floatAttribute(node, 'alpha', 1)
  const [rows, columns] = tensorShape(matrix) as [number, number]
  const values = floatData(matrix)
  const scaled = values.map(value => alpha * value)
  if (intAttribute(node, 'transB', 0) === 0) return [[node, makeTensor('', [rows, columns], scaled)]]
  const turned = new Float32Array(values.length)
  for (const [i, value] of scaled.entries()) {
    turned[(i % columns) * rows + Math.floor(i / columns)] = value
  }
  return [[node, makeTensor('', [columns, rows], turned)]]
}
