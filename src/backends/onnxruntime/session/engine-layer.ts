import type { EngineLayer } from '../../../engine/backend.ts'

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
