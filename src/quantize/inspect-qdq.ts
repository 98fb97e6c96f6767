import type { ModelProto } from '../onnx/onnx_pb.ts'

/** How many quantization nodes a model's graph has. */
export interface QdqCounts {
  readonly quantizeLinear: number
  readonly dequantizeLinear: number
}

export function countQdq({ graph }: ModelProto): QdqCounts {
  const count = (op: string) => graph?.node.filter(({ opType }) => opType === op).length ?? 0
  return { quantizeLinear: count('QuantizeLinear'), dequantizeLinear: count('DequantizeLinear') }
}

/** Whether a model states its quantization itself, as explicit variants do. */
export function hasQdq(model: ModelProto): boolean {
  const { quantizeLinear, dequantizeLinear } = countQdq(model)
  return quantizeLinear + dequantizeLinear > 0
}
