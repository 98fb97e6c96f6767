import type { EngineLayer } from '../../../engine/backend.ts'
import { TensorProto_DataType as DataType, type GraphProto } from '../../../onnx/onnx_pb.ts'
import { tableOf } from '../../../quantize/tables/table-of.ts'

/** Operators of ONNX Runtime that compute in integers. */
export const integerOperator = /^(QLinear|QGemm|MatMulInteger|ConvInteger|DynamicQuantize|QAttention)/

/** What each operator with products is called once it is fused or quantized, in ONNX Runtime's words. */
const products: readonly (readonly [operator: string, as: RegExp])[] = [
  ['ConvTranspose', /^(QLinear|Fused|NhwcFused)?ConvTranspose$/],
  ['Conv', /^(QLinear|Fused|NhwcFused)?Conv$|^ConvInteger$/],
  ['MatMul', /^(QLinear|Fused|Transpose|DynamicQuantize)?MatMul(Integer|IntegerToFloat|Activation|NBits)?$/],
  ['Gemm', /^(Q|Fused)?Gemm$/],
  ['Attention', /^Q?Attention$/],
  ['LSTM', /^(DynamicQuantize)?LSTM$/],
  ['GRU', /^GRU$/],
]

/** Suffix of a node that the runtime moved to another memory layout. */
const layoutSuffix = /_token_\d+$/

/** What the nodes of an optimized graph are: also which of them read rows of an embedding table. */
export function engineLayers({ node: nodes, initializer }: GraphProto): EngineLayer[] {
  const constants = new Map(initializer.map(tensor => [tensor.name, tensor]))
  return nodes.map(node => {
    const layer = engineLayer(node.name, node.opType)
    const table = tableOf(constants, node)
    if (!table) return layer
    const isInt8 = table.dataType === DataType.INT8 || table.dataType === DataType.UINT8
    return { ...layer, operator: 'Gather', precision: isInt8 ? 'int8' : 'float' }
  })
}

/** What a node of an optimized graph is. A fused node keeps the name of its operator. */
export function engineLayer(name: string, op: string): EngineLayer {
  const operator = products.find(([, as]) => as.test(op))?.[0]
  return {
    name: name.replace(layoutSuffix, ''),
    op,
    precision: integerOperator.test(op) ? 'int8' : 'float',
    ...(operator !== undefined && { operator }),
  }
}
