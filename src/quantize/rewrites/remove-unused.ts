import { indexGraph } from '../../onnx/graph.ts'
import type { GraphProto, NodeProto } from '../../onnx/onnx_pb.ts'

/**
 * Removes, in place, constants that nobody reads: initializers (with the graph input that old models list beside
 * them), Constant nodes, and the QuantizeLinear, DequantizeLinear and Identity nodes that led from them to a reader.
 */
export function removeUnusedConstants(graph: GraphProto): void {
  for (;;) {
    const { readers, outputs, constants } = indexGraph(graph)
    const unread = (name: string) => !readers.has(name) && !outputs.has(name)
    const unused = ({ opType, output: [name] }: NodeProto) =>
      unread(name!) && (constants.has(name!) || leadOn.has(opType))
    const kept = graph.node.filter(node => !unused(node))
    const removed = kept.length < graph.node.length
    const unusedConstant = ({ name }: { name: string }) => constants.has(name) && unread(name)
    graph.node = kept
    graph.input = graph.input.filter(input => !unusedConstant(input))
    graph.initializer = graph.initializer.filter(tensor => !unusedConstant(tensor))
    if (!removed) return
  }
}

const leadOn = new Set(['QuantizeLinear', 'DequantizeLinear', 'Identity'])
