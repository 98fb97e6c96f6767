import { create } from '@bufbuild/protobuf'
import { InputError } from '../errors.ts'
import { type ModelProto, OperatorSetIdProtoSchema } from '../onnx/onnx_pb.ts'
import type { Placement } from './placement.ts'

/** ONNX Runtime's own operators. Their Q/DQ take scales per channel in models of any operator set. */
const contribDomain = 'com.microsoft'

/**
 * Operator set of the Q/DQ nodes to insert: ONNX's own, which takes scales per channel since opset 13, or ONNX
 * Runtime's where the model is older and the target knows it. (Raising the model's opset would change what its other
 * nodes mean.)
 *
 * @throws InputError below opset 10, which has no integer operators, and below 13 for targets other than ONNX Runtime
 */
export function qdqDomain(opset: number, { contribOps }: Placement): string {
  if (opset >= 13) return ''
  const needed = contribOps ? 10 : 13
  if (opset >= needed) return contribDomain
  throw new InputError(
    `the model has opset ${opset}, but Q/DQ nodes with one scale per channel need ${needed} or newer for this placement: export it again with opset 13`,
  )
}

/** Makes the model import the operator set of inserted nodes, in place. */
export function importDomain(model: ModelProto, domain: string): void {
  if (domain === '' || model.opsetImport.some(known => known.domain === domain)) return
  model.opsetImport = [...model.opsetImport, create(OperatorSetIdProtoSchema, { domain, version: 1n })]
}
