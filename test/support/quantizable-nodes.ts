import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { placementModel } from '../../src/quantize/placement.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'

/** A node that can run in INT8. */
export interface QuantizableNode {
  readonly name: string
  readonly op: string
}

/** The nodes that a placement can put into INT8, in graph order, by the names that `quantizeModel` gives them. */
export function quantizableNodes(
  model: ModelProto,
  placement: PlacementName = 'onnxruntime',
): QuantizableNode[] {
  const nodes = placements[placement].quantizable(placementModel(quantizableForm(model).model))
  return nodes.map(({ name, opType }) => ({ name, op: opType }))
}
