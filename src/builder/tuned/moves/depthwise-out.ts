import { intAttribute } from '../../../onnx/attributes.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** Convolutions in groups back to floats: they move bytes and hardly compute. */
export const depthwiseOut: Move = (plan, { graph }) => {
  const grouped = graph.node.filter(node => node.opType === 'Conv' && intAttribute(node, 'group', 1) > 1)
  const names = new Set(grouped.map(({ name }) => name))
  if (!plan.weights.some(name => names.has(name))) return []
  return [withoutReaders(plan, 'depthwise convolutions out', ({ node }) => names.has(node))]
}
