import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Takes the pair between a layer and its activation away; where the activation is no Relu or Clip, gives it pairs of its own. */
export const moveQBehindActivations: Remedy = {
  id: 'move-q-behind-activations',
  title: 'Move the Q behind the activation',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
