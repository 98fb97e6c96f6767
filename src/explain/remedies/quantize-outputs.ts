import { completePairs } from '../../quantize/rewrites/complete-pairs.ts'
import type { Remedy } from '../remedy.ts'

/** Completes the pairs of layers, so that ONNX Runtime fuses them into integer kernels. */
export const quantizeOutputs: Remedy = {
  id: 'quantize-outputs',
  title: 'Put Q/DQ pairs behind layers and their activations',
  apply: ({ model, nodes, ranges }) => completePairs(model, nodes, ranges),
}
