import type { ModelProto, NodeProto } from '../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../onnx/opset/opset.ts'
import { isQdq } from './qdq/has-qdq.ts'

/** How a model states its quantization. */
export type QuantizedForm = 'Q/DQ' | 'QOperator' | 'dynamic quantization' | 'quantized weights'

const integerOperators: Readonly<Record<string, QuantizedForm>> = {
  QLinearConv: 'QOperator',
  QLinearMatMul: 'QOperator',
  ConvInteger: 'dynamic quantization',
  MatMulInteger: 'dynamic quantization',
  DynamicQuantizeLinear: 'dynamic quantization',
}

/** Operators of com.microsoft, by how their names begin or end. */
const contribOperators: readonly (readonly [RegExp, QuantizedForm])[] = [
  [/^DynamicQuantize|Integer(ToFloat)?$/, 'dynamic quantization'],
  [/NBits$|Bnb4$|Fpq4$|BlockQuantized$|^QMoE$/, 'quantized weights'],
  [/^(QLinear|QOrdered|Quantize|Dequantize|Q(Attention|Gemm|EmbedLayerNormalization)$)/, 'QOperator'],
]

/** The first node of a model that computes on integers, or between them and floats, and the form that it belongs to. */
export function quantizedOperator({
  graph,
}: ModelProto): { readonly node: NodeProto; readonly form: QuantizedForm } | undefined {
  const found = (graph?.node ?? []).flatMap(node => {
    const form = formOf(node)
    return form ? [{ node, form }] : []
  })
  // Models of the other forms have Q and DQ at their ends.
  return found.find(({ form }) => form !== 'Q/DQ') ?? found[0]
}

function formOf(node: NodeProto): QuantizedForm | undefined {
  if (isQdq(node)) return 'Q/DQ'
  if (isDefaultDomain(node.domain)) return integerOperators[node.opType]
  if (node.domain !== 'com.microsoft') return undefined
  return contribOperators.find(([name]) => name.test(node.opType))?.[1]
}
