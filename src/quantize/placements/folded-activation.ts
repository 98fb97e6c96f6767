import { clampBounds } from '../../onnx/clamp-bounds.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
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
  const bounds = clampBounds(model.constants, node)
  // A quantized range always contains 0.
  return bounds && bounds.min <= 0 && bounds.max > 0 ? { node, bounds } : undefined
}
