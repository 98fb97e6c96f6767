import type { GraphIndex } from './graph.ts'
import { isDefaultDomain } from './opset/opset.ts'

/** Operators whose output holds the values of their first input, all of them and no others, in another order or shape. */
const moves = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose'])

/** By name of a tensor that only holds the values of another one, the first tensor in the graph that holds them. */
export function movedTensors({ graph, constants }: GraphIndex): ReadonlyMap<string, string> {
  const origins = new Map<string, string>()
  for (const { domain, opType, input, output } of graph.node) {
    const [from, to] = [input[0]!, output[0]!]
    if (!isDefaultDomain(domain) || !moves.has(opType) || constants.has(from)) continue
    origins.set(to, origins.get(from) ?? from)
  }
  return origins
}
