import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** Layers below which a plan is not divided. */
const fewest = 4

/** The first and the second half of the INT8 layers back to floats: large images gain by INT8, or many channels do. */
export const halvesOut: Move = (plan, { graph }) => {
  const order = new Map(graph.node.map(({ name }, position) => [name, position]))
  const layers = plan.weights.toSorted((a, b) => order.get(a)! - order.get(b)!)
  if (layers.length < fewest) return []
  const middle = order.get(layers[Math.floor(layers.length / 2)]!)!
  return [
    withoutReaders(plan, 'first half out', ({ node }) => order.get(node)! < middle),
    withoutReaders(plan, 'second half out', ({ node }) => order.get(node)! >= middle),
  ]
}
