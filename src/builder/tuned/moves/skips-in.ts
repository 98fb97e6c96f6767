import { skipInput } from '../../../quantize/placements/skip-input.ts'
import type { PairReader } from '../pair-plan.ts'
import type { Move } from './move.ts'

/** The skip inputs of residual Adds read the pair that their tensor has for a convolution: nothing is dequantized for them. */
export const skipsIn = {
  name: 'skip inputs in',
  neighbours(plan, known) {
    const pairs: Record<string, readonly PairReader[]> = { ...plan.pairs }
    let added = 0
    for (const node of known.graph.node) {
      const input = skipInput(known, node)
      const readers = input === undefined ? undefined : pairs[node.input[input]!]
      if (input === undefined || !readers || readers.some(reader => reader.node === node.name)) continue
      pairs[node.input[input]!] = [...readers, { node: node.name, input }]
      added++
    }
    return added === 0 ? [] : [{ ...plan, name: `${plan.name}, ${this.name} (${added})`, pairs }]
  },
} as const satisfies Move
