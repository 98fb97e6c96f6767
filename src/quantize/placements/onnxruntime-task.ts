import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { IntegerFormat } from '../affine.ts'
import type { PlacementModel } from '../placement.ts'
import type { OperatorSupport } from './onnxruntime-operators.ts'

/** What the `onnxruntime` placement decides upon. */
export interface OnnxruntimeTask extends PlacementModel {
  /** How ONNX Runtime supports each node. */
  readonly supports: ReadonlyMap<NodeProto, OperatorSupport | undefined>
  /** The nodes that shall run in INT8. */
  readonly int8: ReadonlySet<NodeProto>
  readonly format: IntegerFormat
}
