import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Lets average pools run in INT8. */
export const quantizeAveragePools: Remedy = {
  id: 'quantize-average-pools',
  title: 'Put Q/DQ pairs around average pools',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
