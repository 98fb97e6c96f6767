import { quantizeBiases as withBiases } from '../../quantize/rewrites/quantize-biases.ts'
import type { Remedy } from '../remedy.ts'

/** Stores biases as int32 in the unit of the integer accumulator. */
export const quantizeBiases: Remedy = {
  id: 'quantize-biases',
  title: 'Quantize biases in steps of input scale * weight scale',
  apply: ({ model, nodes }) => withBiases(model, nodes),
}
