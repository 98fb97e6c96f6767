import { skipInput } from '../../../quantize/placements/skip-input.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** The skip inputs of residual Adds read floats. */
export const skipsOut = {
  name: 'skip inputs out',
  neighbours(plan, known) {
    const nodes = new Map(known.graph.node.map(node => [node.name, node]))
    const isSkip = ({ node, input }: { node: string; input: number }) =>
      skipInput(known, nodes.get(node)!) === input
    if (!Object.values(plan.pairs).some(readers => readers.some(isSkip))) return []
    return [withoutReaders(plan, this.name, isSkip)]
  },
} as const satisfies Move
