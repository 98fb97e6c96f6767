import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Makes signed activations unsigned, with the same steps. */
export const unsignedActivations: Remedy = {
  id: 'unsigned-activations',
  title: 'Quantize activations to UINT8',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
