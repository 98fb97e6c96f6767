import { takePairsOff } from '../../quantize/rewrites/take-pairs-off.ts'
import type { Remedy } from '../remedy.ts'

/** Takes the pairs off layers and off what only their activations read, so that these run in float. */
export const leaveInFloat: Remedy = {
  id: 'leave-in-float',
  title: 'Leave layers in float',
  apply: ({ model, nodes }) => takePairsOff(model, nodes),
}
