import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** What reads the network's inputs back to floats: their Q is a layer of its own, as large as the input. */
export const firstOut = {
  name: 'first layer out',
  neighbours(plan, { inputs }) {
    const names = new Set(inputs.map(({ name }) => name))
    if (!Object.keys(plan.pairs).some(tensor => names.has(tensor))) return []
    return [withoutReaders(plan, this.name, (_, tensor) => names.has(tensor))]
  },
} as const satisfies Move
