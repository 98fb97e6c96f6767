import { type GraphIndex, outerNames } from './graph.ts'
import type { NodeProto } from './onnx_pb.ts'

/** The nodes that the named tensors are computed from, in graph order. */
export function nodesFor({ graph, producer }: GraphIndex, tensors: Iterable<string>): NodeProto[] {
  const needed = new Set<NodeProto>()
  const pending = [...tensors]
  while (pending.length > 0) {
    const node = producer.get(pending.pop()!)
    if (!node || needed.has(node)) continue
    needed.add(node)
    pending.push(...node.input, ...outerNames(node))
  }
  return graph.node.filter(node => needed.has(node))
}
