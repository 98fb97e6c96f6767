import { indexGraph } from '../onnx/graph.ts'
import type { GraphProto } from '../onnx/onnx_pb.ts'

/**
 * Removes, in place, constants that nobody reads: initializers (with the graph input that old models list beside
 * them), Constant nodes, and Identity nodes that only renamed a constant.
 */
export function removeUnusedConstants(graph: GraphProto): void {
  for (;;) {
    const { readers, outputs, constants } = indexGraph(graph)
    const unused = (name: string) => constants.has(name) && !readers.has(name) && !outputs.has(name)
    const nodes = graph.node.filter(({ output }) => !unused(output[0]!))
    const removed = nodes.length < graph.node.length
    graph.node = nodes
    graph.input = graph.input.filter(({ name }) => !unused(name))
    graph.initializer = graph.initializer.filter(({ name }) => !unused(name))
    if (!removed) return
  }
}
