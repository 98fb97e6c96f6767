import { create } from '@bufbuild/protobuf'
import { InputError } from '../../errors.ts'
import { type ModelProto, OperatorSetIdProtoSchema } from '../../onnx/onnx_pb.ts'
import type { NotRaised } from '../../onnx/opset/raise-opset.ts'
import type { Placement } from '../placement.ts'

/** ONNX Runtime's own operators. Their Q/DQ take scales per channel in models of any operator set. */
const contribDomain = 'com.microsoft'

/** Which Q/DQ nodes a model can hold. */
export interface QdqNodes {
  /** Operator set that they are of. */
  readonly domain: string
  /** Whether weights can have one scale per channel. */
  readonly perChannel: boolean
}

/**
 * The Q/DQ nodes for a model of an operator set: ONNX's own, which take scales per channel since opset 13. A model that
 * could not be raised to that gets ONNX Runtime's where the target knows them, and one scale per tensor where not.
 *
 * @throws InputError below opset 10, which has no integer operators
 */
export function qdqNodes(
  opset: number,
  { contribOps }: Pick<Placement, 'contribOps'>,
  notRaised: NotRaised | undefined,
): QdqNodes {
  if (opset >= 13) return { domain: '', perChannel: true }
  if (opset >= 10) return { domain: contribOps ? contribDomain : '', perChannel: contribOps }
  const why = notRaised
    ? `node ${notRaised.node} (${notRaised.op}) cannot be written in a newer one: ${notRaised.reason}`
    : 'it is too old to be written in a newer one'
  throw new InputError(
    `the model has opset ${opset}, which has no Q/DQ nodes, and ${why}; export it again with opset 13`,
  )
}

/** Makes the model import the operator set of inserted nodes, in place. */
export function importDomain(model: ModelProto, domain: string): void {
  if (domain === '' || model.opsetImport.some(known => known.domain === domain)) return
  model.opsetImport = [...model.opsetImport, create(OperatorSetIdProtoSchema, { domain, version: 1n })]
}
