import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'
import { isPool } from './operators.ts'

/** No pair in front of pools: a pool that runs in floats has a DQ of its own otherwise. */
export const poolsOut = {
  name: 'pools out',
  neighbours(plan, { graph }) {
    const pools = new Set(graph.node.filter(isPool).map(({ name }) => name))
    if (!Object.values(plan.pairs).some(readers => readers.some(({ node }) => pools.has(node)))) return []
    return [withoutReaders(plan, this.name, ({ node }) => pools.has(node))]
  },
} as const satisfies Move
