import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Lets residual additions run in INT8. */
export const quantizeSkipInputs: Remedy = {
  id: 'quantize-skip-inputs',
  title: 'Put Q/DQ pairs on the inputs of residual additions',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
