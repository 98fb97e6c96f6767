import { weightedNode } from '../../../quantize/weighted-node.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** The last layer with weights back to floats, and with it weights that have lost the pair of their data. */
export const headOut = {
  name: 'head out',
  neighbours(plan, known) {
    const paired = new Set(
      Object.values(plan.pairs).flatMap(readers =>
        readers.flatMap(({ node, input }) => (input === 0 ? [node] : [])),
      ),
    )
    const alone = plan.weights.filter(node => !paired.has(node))
    const withoutAlone = { ...plan, weights: plan.weights.filter(node => paired.has(node)) }
    const last = known.graph.node.findLast(node => weightedNode(known, node) !== undefined)
    const head =
      last && paired.has(last.name)
        ? withoutReaders(withoutAlone, `${this.name} (${last.name})`, ({ node }) => node === last.name)
        : undefined
    return [
      ...(alone.length > 0
        ? [{ ...withoutAlone, name: `${plan.name}, ${this.name} (${alone.join(' and ')})` }]
        : []),
      ...(head ? [head] : []),
    ]
  },
} as const satisfies Move
