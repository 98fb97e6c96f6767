import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { Range } from '../ranges.ts'
import { foldedActivation } from './folded-activation.ts'
import type { OnnxruntimeTask } from './onnxruntime-task.ts'

/** An INT8 node and the Relu or Clip, if any, that its Q takes over. */
export interface IntegerWriter {
  readonly node: NodeProto
  readonly bounds?: Range
}

/** Tensors that INT8 nodes write. Where a Relu or Clip folds into the Q, that is the tensor behind it. */
export function integerWriters(task: OnnxruntimeTask): ReadonlyMap<string, IntegerWriter> {
  const writers = new Map<string, IntegerWriter>()
  for (const node of task.int8) {
    const output = node.output[0]!
    // A Q with zero point 0 in INT8 represents negative values too: it cannot stand for a Relu.
    const folded = task.format === 'int8-symmetric' ? undefined : foldedActivation(task, output)
    if (folded) writers.set(folded.node.output[0]!, { node, bounds: folded.bounds })
    else writers.set(output, { node })
  }
  return writers
}
