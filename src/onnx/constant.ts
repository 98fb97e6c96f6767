import { attribute } from './attributes.ts'
import type { NodeProto, TensorProto } from './onnx_pb.ts'
import { makeTensor } from './tensor.ts'

/** The tensor that a Constant node makes; undefined for other nodes, and for strings and sparse tensors. */
export function constantOf(node: NodeProto): TensorProto | undefined {
  if (node.opType !== 'Constant') return undefined
  const name = node.output[0]!
  const tensor = attribute(node, 'value')?.t
  if (tensor) return tensor
  const float = attribute(node, 'value_float')
  if (float) return makeTensor(name, [], Float32Array.of(float.f))
  const int = attribute(node, 'value_int')
  if (int) return makeTensor(name, [], BigInt64Array.of(int.i))
  const floats = attribute(node, 'value_floats')?.floats
  if (floats) return makeTensor(name, [floats.length], Float32Array.from(floats))
  const ints = attribute(node, 'value_ints')?.ints
  if (ints) return makeTensor(name, [ints.length], BigInt64Array.from(ints))
  return undefined
}
