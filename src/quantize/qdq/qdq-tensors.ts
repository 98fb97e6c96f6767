import type { TensorProto } from '../../onnx/onnx_pb.ts'
import { makeTensor } from '../../onnx/tensor.ts'
import type { AffineParameters } from '../affine.ts'

/** The tensors that Q and DQ read beside the data. */
export interface QdqTensors {
  readonly scale: TensorProto
  readonly zeroPoint: TensorProto
}

/** One scale and zero point for a whole tensor, as scalars. */
export function affineTensors({ type, scale, zeroPoint }: AffineParameters): QdqTensors {
  const data = type === 'uint8' ? Uint8Array.of(zeroPoint) : Int8Array.of(zeroPoint)
  return { scale: makeTensor('', [], Float32Array.of(scale)), zeroPoint: makeTensor('', [], data) }
}

/** Symmetric INT8: the scales, one per channel or a scalar where there is no axis, and zero points of 0. */
export function symmetricTensors(scales: Float32Array, axis: number | undefined): QdqTensors {
  return {
    scale: scaleTensor(scales, axis),
    zeroPoint: makeTensor('', shape(scales, axis), new Int8Array(scales.length)),
  }
}

export function scaleTensor(scales: Float32Array, axis: number | undefined): TensorProto {
  return makeTensor('', shape(scales, axis), scales)
}

function shape(scales: Float32Array, axis: number | undefined): number[] {
  return axis === undefined ? [] : [scales.length]
}
