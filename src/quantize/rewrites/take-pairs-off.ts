import { type GraphIndex, indexGraph } from '../../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { activationOperators } from '../activation-operators.ts'
import { floatWeights } from './float-weights.ts'
import { holdInFloat } from './hold-in-float.ts'
import { removeQdq } from './remove-qdq.ts'
import { requantize } from './requantize.ts'

/**
 * A copy of a Q/DQ model in which the named layers run in float, and with them the activations behind: without pairs on
 * their weights, and without those on activations that nothing else reads. What they read from layers in INT8, and
 * write for them, stays quantized. Undefined if none of them has quantized weights.
 */
export function takePairsOff(model: ModelProto, nodes: ReadonlySet<string>): ModelProto | undefined {
  const plain = floatWeights(model, nodes)
  if (!plain) return undefined
  const float = indexGraph(removeQdq(plain).model.graph!)
  const left = new Set(float.graph.node.filter(({ name }) => nodes.has(name)))
  for (const node of left) for (const next of activationsBehind(float, node)) left.add(next)
  const read = new Set([...left].flatMap(({ input }) => input))
  const within = [...read].filter(tensor => {
    const writer = float.producer.get(tensor)
    const readers = float.readers.get(tensor) ?? []
    return (!writer || left.has(writer)) && readers.every(({ node }) => left.has(node))
  })
  const changed = requantize(plain, new Map(within.map(tensor => [tensor, undefined])))
  holdInFloat(changed.graph!)
  return changed
}

function activationsBehind({ readers }: GraphIndex, { output }: NodeProto): NodeProto[] {
  const found = output.flatMap(tensor => readers.get(tensor) ?? [])
  return found.flatMap(({ node }) => (activationOperators.has(node.opType) ? [node] : []))
}
