import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { OnnxruntimeTask } from './onnxruntime-task.ts'

/**
 * Nodes that only move or select values, and do so on the way from one INT8 node to another, perhaps through more of
 * their kind. They stay in integers; elsewhere a pair around them would be pure cost.
 *
 * @param writers - tensors that INT8 nodes write
 */
export function movesBetweenIntegers(
  task: OnnxruntimeTask,
  writers: { has(tensor: string): boolean },
): ReadonlySet<NodeProto> {
  const { graph, readers, supports, int8 } = task
  const moves = new Set<NodeProto>()
  const moved = new Set<string>()
  for (const node of graph.node) {
    const input = node.input[0] ?? ''
    if (supports.get(node)?.kind !== 'moves' || !(writers.has(input) || moved.has(input))) continue
    moves.add(node)
    for (const output of node.output) moved.add(output)
  }
  // Backwards: what no INT8 node reads in the end does not lie between two of them.
  for (const node of [...moves].reverse()) {
    const next = node.output.flatMap(output => readers.get(output) ?? [])
    if (!next.some(reader => int8.has(reader.node) || moves.has(reader.node))) moves.delete(node)
  }
  return moves
}
