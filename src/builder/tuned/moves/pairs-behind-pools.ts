import type { Reader } from '../../../onnx/graph.ts'
import type { PlacementModel } from '../../../quantize/placement.ts'
import { weightedNode } from '../../../quantize/weighted-node.ts'
import type { PairReader } from '../pair-plan.ts'
import type { Move } from './move.ts'
import { isPool, views } from './operators.ts'

/** A pair behind every pool that has one in front: only then does the pool itself run in INT8, and what reads it. */
export const pairsBehindPools = {
  name: 'pairs behind pools',
  neighbours(plan, known) {
    const pairs: Record<string, readonly PairReader[]> = { ...plan.pairs }
    const weights = new Set(plan.weights)
    for (const pool of known.graph.node.filter(isPool)) {
      if (!plan.pairs[pool.input[0]!]?.some(({ node }) => node === pool.name)) continue
      const [tensor, readers] = behindViews(pool.output[0]!, known)
      if (pairs[tensor] || readers.length === 0) continue
      pairs[tensor] = readers.flatMap(({ node, input }) =>
        input === undefined ? [] : [{ node: node.name, input }],
      )
      for (const { node, input } of readers)
        if (input === 0 && weightedNode(known, node)) weights.add(node.name)
    }
    const added = Object.keys(pairs).length - Object.keys(plan.pairs).length
    return added === 0
      ? []
      : [{ ...plan, name: `${plan.name}, ${this.name} (${added})`, pairs, weights: [...weights] }]
  },
} as const satisfies Move

/** The tensor that carries the same values to operators that compute, and those. */
function behindViews(tensor: string, known: PlacementModel): [string, readonly Reader[]] {
  const readers = (known.readers.get(tensor) ?? []).filter(({ input }) => input === 0)
  const [only] = readers
  if (readers.length === 1 && views.has(only!.node.opType)) return behindViews(only!.node.output[0]!, known)
  return [tensor, (known.readers.get(tensor) ?? []).filter(({ node }) => node.opType !== 'Shape')]
}
