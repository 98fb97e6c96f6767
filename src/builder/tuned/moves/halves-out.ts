import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** Layers below which a plan is not divided. */
const fewest = 4

/** The first and the second half of the INT8 layers back to floats: large images gain by INT8, or many channels do. */
export const halvesOut = {
  name: 'half of the layers out',
  neighbours(plan, { graph }) {
    const order = new Map(graph.node.map(({ name }, position) => [name, position]))
    const layers = plan.weights.toSorted((a, b) => order.get(a)! - order.get(b)!)
    if (layers.length < fewest) return []
    const middle = order.get(layers[Math.floor(layers.length / 2)]!)!
    return [
      withoutReaders(plan, `${this.name} (the first)`, ({ node }) => order.get(node)! < middle),
      withoutReaders(plan, `${this.name} (the second)`, ({ node }) => order.get(node)! >= middle),
    ]
  },
} as const satisfies Move
