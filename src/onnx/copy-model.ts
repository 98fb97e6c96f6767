import { copyMessage } from './copy-message.ts'
import type { ModelProto } from './onnx_pb.ts'

/**
 * A copy whose graph can be rewired without changing the original: nodes with their input and output lists, and the
 * graph's lists themselves, are new. Tensors and attributes are shared, so replace them, never change them; copying
 * a large model takes no memory for its weights.
 */
export function copyModel(model: ModelProto): ModelProto {
  if (!model.graph) return copyMessage(model)
  const { node, initializer, input, output, valueInfo } = model.graph
  const graph = copyMessage(model.graph, {
    node: node.map(n => copyMessage(n, { input: [...n.input], output: [...n.output] })),
    initializer: [...initializer],
    input: [...input],
    output: [...output],
    valueInfo: [...valueInfo],
  })
  return copyMessage(model, { graph })
}
