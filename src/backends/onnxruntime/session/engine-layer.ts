import type { EngineLayer } from '../../../engine/backend.ts'

/** Operators of ONNX Runtime that compute in integers. */
export const integerOperator = /^(QLinear|QGemm|MatMulInteger|ConvInteger|DynamicQuantize|QAttention)/
const convolutionOp = /^(QLinearConv|ConvInteger|Conv|FusedConv|NhwcFusedConv)(Transpose)?$/

/** Suffix of a node that the runtime moved to another memory layout. */
const layoutSuffix = /_token_\d+$/

/** What a node of an optimized graph is. A fused node keeps the name of its operator. */
export function engineLayer(name: string, op: string): EngineLayer {
  return {
    name: name.replace(layoutSuffix, ''),
    op,
    precision: integerOperator.test(op) ? 'int8' : 'float',
    convolution: convolutionOp.test(op),
  }
}
