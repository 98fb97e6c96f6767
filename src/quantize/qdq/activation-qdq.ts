import type { TensorProto } from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { type AffineParameters, quantize } from '../affine.ts'
import type { ActivationSite } from '../placement.ts'
import type { QdqSite } from './insert-qdq.ts'
import { affineTensors } from './qdq-tensors.ts'

/** The pair at an activation. A constant operand is stored as integers. */
export function activationQdq(
  { tensor, readers }: ActivationSite,
  parameters: AffineParameters,
  constant: TensorProto | undefined,
): QdqSite {
  const stored = constant && quantizedConstant(constant, parameters)
  return { tensor, ...affineTensors(parameters), readers, ...(stored && { stored }) }
}

function quantizedConstant(constant: TensorProto, parameters: AffineParameters): TensorProto {
  const integers = Array.from(floatData(constant), value => quantize(value, parameters))
  const data = parameters.type === 'uint8' ? Uint8Array.from(integers) : Int8Array.from(integers)
  return makeTensor('', tensorShape(constant), data)
}
