import { intAttribute } from '../../onnx/attributes.ts'
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'

/** In less than this, 8 bits save nothing beside the nodes that they take. */
const [fewestElements, shortestRow] = [4096, 16]

const types = new Set([DataType.FLOAT, DataType.FLOAT16, DataType.INT8, DataType.UINT8])

/** The constant table out of which a Gather takes rows, as of embeddings; undefined where a node is none, or its table small. */
export function tableOf(
  constants: ReadonlyMap<string, TensorProto>,
  node: NodeProto,
): TensorProto | undefined {
  if (node.opType !== 'Gather' || !isDefaultDomain(node.domain)) return undefined
  const table = constants.get(node.input[0]!)
  // Rows that are known before the model runs are folded into a constant.
  if (!table || !types.has(table.dataType) || constants.has(node.input[1]!)) return undefined
  // Of more axes are matrices to choose from, as of experts: one scale is too coarse for one of these.
  if (table.dims.length !== 2) return undefined
  const [rows = 0, length = 0] = table.dims.map(Number)
  const axis = intAttribute(node, 'axis', 0)
  const isLarge = length >= shortestRow && rows * length >= fewestElements
  return isLarge && (axis === 0 || axis === -2) ? table : undefined
}
