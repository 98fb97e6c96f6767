import type { ModelProto } from './onnx_pb.ts'

/**
 * A copy whose graph can be rewired without changing the original: nodes with their input and output lists, and the
 * graph's lists themselves, are new. Tensors and attributes are shared, so replace them, never change them; copying
 * a large model takes no memory for its weights.
 */
export function copyModel(model: ModelProto): ModelProto {
  const copy = shallow(model)
  if (!model.graph) return copy
  const graph = shallow(model.graph)
  graph.node = graph.node.map(original => {
    const node = shallow(original)
    node.input = [...node.input]
    node.output = [...node.output]
    return node
  })
  graph.initializer = [...graph.initializer]
  graph.input = [...graph.input]
  graph.output = [...graph.output]
  graph.valueInfo = [...graph.valueInfo]
  copy.graph = graph
  return copy
}

/** The prototype of a message holds the defaults of absent fields, own properties are the fields that are set. */
function shallow<T extends object>(message: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message)
}
