import { attribute } from '../../onnx/attributes.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset.ts'
import { floatData } from '../../onnx/tensor.ts'
import type { PlacementModel } from '../placement.ts'
import type { Range } from '../ranges.ts'

/** A Relu or Clip that becomes part of the clipping of the Q behind it. */
export interface FoldedActivation {
  readonly node: NodeProto
  /** Values that it lets through. */
  readonly bounds: Range
}

/**
 * The Relu or Clip that is the only reader of a tensor, if ONNX Runtime can drop it in favour of the Q behind it.
 * (Its ReluQuantFusion and ClipQuantFusion; the Q must then not represent values that the function would cut off.)
 */
export function foldedActivation(model: PlacementModel, tensor: string): FoldedActivation | undefined {
  const readers = model.readers.get(tensor) ?? []
  const [reader] = readers
  if (!reader || readers.length > 1 || reader.input !== 0 || model.outputs.has(tensor)) return undefined
  const { node } = reader
  const bounds = isDefaultDomain(node.domain) ? boundsOf(model, node) : undefined
  // A quantized range always contains 0.
  return bounds && bounds.min <= 0 && bounds.max > 0 ? { node, bounds } : undefined
}

function boundsOf(model: PlacementModel, node: NodeProto): Range | undefined {
  if (node.opType === 'Relu') return { min: 0, max: Number.POSITIVE_INFINITY }
  if (node.opType !== 'Clip') return undefined
  const min = bound(model, node, 1, 'min', Number.NEGATIVE_INFINITY)
  const max = bound(model, node, 2, 'max', Number.POSITIVE_INFINITY)
  return min === undefined || max === undefined ? undefined : { min, max }
}

/** Clip's bounds are attributes before opset 11 and optional inputs since. Undefined where one is computed. */
function bound(
  model: PlacementModel,
  node: NodeProto,
  input: number,
  name: string,
  otherwise: number,
): number | undefined {
  const tensor = node.input[input]
  if (!tensor) return attribute(node, name)?.f ?? otherwise
  const constant = model.constants.get(tensor)
  return constant && floatData(constant)[0]
}
