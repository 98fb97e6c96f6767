import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'

/** Whether a model states its quantization itself, as explicit variants do. */
export function hasQdq({ graph }: ModelProto): boolean {
  return graph?.node.some(isQdq) ?? false
}

export function isQdq({ opType }: NodeProto): boolean {
  return opType === 'QuantizeLinear' || opType === 'DequantizeLinear'
}
