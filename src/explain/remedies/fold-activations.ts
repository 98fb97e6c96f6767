import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Gives the Q behind a Relu or Clip a range within the bounds of the function, so that it takes its place. */
export const foldActivations: Remedy = {
  id: 'fold-activations',
  title: 'Quantize within the bounds of Relu and Clip',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
