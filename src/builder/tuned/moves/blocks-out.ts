import type { PlacementModel } from '../../../quantize/placement.ts'
import { skipInput } from '../../../quantize/placements/skip-input.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/**
 * The branches of residual blocks back to floats: strongly typed builds make the sum of a block in a kernel of its own, and
 * what is INT8 in the block is converted on the way there and back.
 */
export const blocksOut = {
  name: 'residual blocks out',
  neighbours(plan, known) {
    const inside = new Set<string>()
    for (const node of known.graph.node) {
      const skip = skipInput(known, node)
      if (skip === undefined) continue
      inside.add(node.name)
      const stem = makersOf(node.input[skip]!, known)
      for (const name of makersOf(node.input[1 - skip]!, known)) if (!stem.has(name)) inside.add(name)
    }
    const changed = plan.weights.filter(name => inside.has(name))
    // Without all of them it is half alone.
    if (changed.length === 0 || changed.length === plan.weights.length) return []
    return [withoutReaders(plan, this.name, ({ node }) => inside.has(node))]
  },
} as const satisfies Move

/** Names of the nodes that a tensor comes from. */
function makersOf(tensor: string, { producer }: PlacementModel): Set<string> {
  const names = new Set<string>()
  const open = [tensor]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const maker = producer.get(next)
    if (!maker || names.has(maker.name)) continue
    names.add(maker.name)
    open.push(...maker.input)
  }
  return names
}
