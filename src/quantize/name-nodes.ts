import { copyModel } from '../onnx/copy-model.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { uniqueNodeNames } from '../onnx/unique-names.ts'

/**
 * A copy in which every node of the graph has a name of its own: `<operator>_<position>` where it had none, a number
 * added where two had the same. The same model always gets the same names, so plans can refer to them.
 */
export function nameNodes(model: ModelProto): ModelProto {
  const copy = copyModel(model)
  const unique = uniqueNodeNames(copy.graph!)
  const seen = new Set<string>()
  for (const [position, node] of copy.graph!.node.entries()) {
    if (!node.name || seen.has(node.name)) node.name = unique(node.name || `${node.opType}_${position}`)
    seen.add(node.name)
  }
  return copy
}
