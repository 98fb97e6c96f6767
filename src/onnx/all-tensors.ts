import type { GraphProto, ModelProto, NodeProto, TensorProto } from './onnx_pb.ts'

/** Every tensor that a model stores: initializers and attributes, in subgraphs and functions too. */
export function* allTensors(model: ModelProto): Generator<TensorProto> {
  if (model.graph) yield* tensorsOfGraph(model.graph)
  for (const { node } of model.functions) for (const inner of node) yield* tensorsOfNode(inner)
  for (const { initialization, algorithm } of model.trainingInfo) {
    if (initialization) yield* tensorsOfGraph(initialization)
    if (algorithm) yield* tensorsOfGraph(algorithm)
  }
}

function* tensorsOfGraph(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer
  for (const { values, indices } of graph.sparseInitializer) {
    if (values) yield values
    if (indices) yield indices
  }
  for (const node of graph.node) yield* tensorsOfNode(node)
}

function* tensorsOfNode(node: NodeProto): Generator<TensorProto> {
  for (const { t, tensors, g, graphs } of node.attribute) {
    if (t) yield t
    yield* tensors
    if (g) yield* tensorsOfGraph(g)
    for (const graph of graphs) yield* tensorsOfGraph(graph)
  }
}
