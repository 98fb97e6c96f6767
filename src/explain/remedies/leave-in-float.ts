import { floatWeights } from '../../quantize/float-weights.ts'
import type { Remedy } from '../remedy.ts'

/** Takes the pairs off the weights of layers, so that they run in float; their activations stay quantized. */
export const leaveInFloat: Remedy = {
  id: 'leave-in-float',
  title: 'Leave layers in float',
  apply: ({ model, nodes }) => floatWeights(model, nodes),
}
