import { TensorProto_DataType as DataType, type NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { floatData } from '../../onnx/tensor.ts'
import { rangeOf } from '../affine.ts'
import type { PlacementModel } from '../placement.ts'
import type { Range, Ranges } from '../ranges.ts'

/** The values of every tensor of a model, as far as they are known. */
export interface TensorRanges {
  readonly known: PlacementModel
  /** Of an activation as calibrated, of a constant its own. */
  readonly range: (tensor: string) => Range | undefined
}

export function tensorRanges(known: PlacementModel, ranges: Ranges): TensorRanges {
  const constants = new Map<string, Range>()
  return {
    known,
    range: tensor => {
      const constant = known.constants.get(tensor)
      if (!constant) return ranges.get(tensor)
      if (constant.dataType !== DataType.FLOAT) return undefined
      const range = constants.get(tensor) ?? rangeOf(floatData(constant))
      constants.set(tensor, range)
      return range
    },
  }
}

/** The largest magnitude of a tensor's finite values; undefined if nothing is known of it. */
export function magnitude({ range }: TensorRanges, tensor: string): number | undefined {
  const found = range(tensor)
  return found && Math.max(Math.abs(found.min), Math.abs(found.max))
}

/**
 * How much larger a joint scale may be than what a part of the values needs. Four bits of eight are left then; a fifth
 * bit less would leave 18 dB.
 */
const mostUnlike = 16

/** Whether values up to `part` lose too much in the scale of values up to `whole`. Zeros lose nothing. */
export function isUnlike(part: number | undefined, whole: number | undefined): boolean {
  return !!part && !!whole && part * mostUnlike < whole
}

/** Operators that hand on some of the values of their first input. */
const selects = new Set(['Slice', 'Split', 'Gather', 'GatherElements', 'GatherND'])

export function isSelection({ domain, opType }: NodeProto): boolean {
  return isDefaultDomain(domain) && selects.has(opType)
}

/** The nodes that select, from a tensor of unlike values, some that need a smaller scale. */
export function movesApart(tensors: TensorRanges): ReadonlySet<NodeProto> {
  const apart = tensors.known.graph.node.filter(
    node =>
      isSelection(node) &&
      node.output.some(output => isUnlike(magnitude(tensors, output), magnitude(tensors, node.input[0]!))),
  )
  return new Set(apart)
}
