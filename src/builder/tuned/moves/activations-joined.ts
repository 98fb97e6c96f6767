import { weightedNode } from '../../../quantize/weighted-node.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'
import { isPool } from './operators.ts'

/**
 * No pair between a convolution and its activation or Add: it keeps the two apart, and strongly typed builds then make a
 * kernel of the activation alone.
 */
export const activationsJoined = {
  name: 'no pairs before activations',
  neighbours(plan, known) {
    const nodes = new Map(known.graph.node.map(node => [node.name, node]))
    const splits = (tensor: string, reader: string) => {
      const maker = known.producer.get(tensor)
      const node = nodes.get(reader)!
      return (
        maker !== undefined &&
        weightedNode(known, maker) !== undefined &&
        !weightedNode(known, node) &&
        !isPool(node)
      )
    }
    const isGone = ({ node }: { node: string }, tensor: string) => splits(tensor, node)
    const split = Object.entries(plan.pairs).filter(([tensor, readers]) =>
      readers.some(reader => isGone(reader, tensor)),
    )
    return split.length === 0 ? [] : [withoutReaders(plan, `${this.name} (${split.length})`, isGone)]
  },
} as const satisfies Move
