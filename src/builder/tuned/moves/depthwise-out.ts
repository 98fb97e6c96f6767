import { intAttribute } from '../../../onnx/attributes.ts'
import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** Convolutions in groups back to floats: they move bytes and hardly compute. */
export const depthwiseOut = {
  name: 'depthwise convolutions out',
  neighbours(plan, { graph }) {
    const grouped = graph.node.filter(node => node.opType === 'Conv' && intAttribute(node, 'group', 1) > 1)
    const names = new Set(grouped.map(({ name }) => name))
    if (!plan.weights.some(name => names.has(name))) return []
    return [withoutReaders(plan, this.name, ({ node }) => names.has(node))]
  },
} as const satisfies Move
