import type { Reader } from '../../onnx/graph.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { OnnxruntimeTask } from './onnxruntime-task.ts'

/** By tensor, the uses that read it through 8 bits: the data inputs of all nodes that run on integers. */
export function integerReaders(
  { graph, supports }: OnnxruntimeTask,
  runsOnIntegers: (node: NodeProto) => boolean,
): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>()
  for (const node of graph.node) {
    const support = supports.get(node)
    if (!support || !runsOnIntegers(node)) continue
    const inputs = support.inputs === 'first' ? node.input.slice(0, 1) : node.input
    for (const [input, tensor] of inputs.entries()) {
      const known = readers.get(tensor)
      if (known) known.push({ node, input })
      else readers.set(tensor, [{ node, input }])
    }
  }
  return readers
}
