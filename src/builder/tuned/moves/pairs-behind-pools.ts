import type { Reader } from '../../../onnx/graph.ts'
import type { PlacementModel } from '../../../quantize/placement.ts'
import { weightedNode } from '../../../quantize/weighted-node.ts'
import type { PairPlan, PairReader } from '../pair-plan.ts'
import type { Move } from './move.ts'
import { isPool, views } from './operators.ts'

/**
 * A pair behind every pool that has one in front: only then does the pool itself run in INT8, and what reads it. Where a Flatten
 * or Reshape follows, the pair is in front of the next operator that computes, or right behind the pool: in the former place it
 * may be too far away to become part of the pool's kernel, in the latter of that of the operator.
 */
export const pairsBehindPools = {
  name: 'pairs behind pools',
  neighbours(plan, known) {
    const far = withPairs(plan, known, 'far')
    const near = withPairs(plan, known, 'near')
    const added = Object.keys(far.pairs).length - Object.keys(plan.pairs).length
    if (added === 0) return []
    const name = `${plan.name}, ${this.name} (${added})`
    const isSame = Object.keys(near.pairs).every(tensor => far.pairs[tensor])
    return [{ ...far, name }, ...(isSame ? [] : [{ ...near, name: `${name}, before a change of shape` }])]
  },
} as const satisfies Move

/** @param place - of the pairs, seen from the pool */
function withPairs(plan: PairPlan, known: PlacementModel, place: 'near' | 'far'): PairPlan {
  const pairs: Record<string, readonly PairReader[]> = { ...plan.pairs }
  const weights = new Set(plan.weights)
  for (const pool of known.graph.node.filter(isPool)) {
    if (!plan.pairs[pool.input[0]!]?.some(({ node }) => node === pool.name)) continue
    const [output] = pool.output as [string]
    const [behind, computing] = behindViews(output, known)
    if (pairs[behind] || pairs[output] || computing.length === 0) continue
    const readers = place === 'far' ? computing : readersOf(output, known)
    pairs[place === 'far' ? behind : output] = readers.flatMap(({ node, input }) =>
      input === undefined ? [] : [{ node: node.name, input }],
    )
    for (const { node, input } of computing)
      if (input === 0 && weightedNode(known, node)) weights.add(node.name)
  }
  return { ...plan, pairs, weights: [...weights] }
}

/** The tensor that carries the same values to operators that compute, and those. */
function behindViews(tensor: string, known: PlacementModel): [string, readonly Reader[]] {
  const readers = (known.readers.get(tensor) ?? []).filter(({ input }) => input === 0)
  const [only] = readers
  if (readers.length === 1 && views.has(only!.node.opType)) return behindViews(only!.node.output[0]!, known)
  return [tensor, readersOf(tensor, known)]
}

function readersOf(tensor: string, { readers }: PlacementModel): Reader[] {
  return (readers.get(tensor) ?? []).filter(({ node }) => node.opType !== 'Shape')
}
