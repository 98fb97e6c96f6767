import { withoutReaders } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** What reads the network's inputs back to floats: their Q is a layer of its own, as large as the input. */
export const firstOut: Move = (plan, { inputs }) => {
  const names = new Set(inputs.map(({ name }) => name))
  if (!Object.keys(plan.pairs).some(tensor => names.has(tensor))) return []
  return [withoutReaders(plan, 'first layer out', (_, tensor) => names.has(tensor))]
}
