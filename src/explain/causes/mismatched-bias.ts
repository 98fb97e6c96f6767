import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/**
 * Biases in other steps than input scale * weight scale, the unit of the integer accumulator to which they are added.
 * ONNX Runtime fuses no such layer; before 2026 it did, with wrong results (microsoft/onnxruntime#24711).
 */
export const mismatchedBias: Cause = {
  name: 'mismatched-bias',
  find(comparison) {
    const found = floatLayers(comparison, 'bias-scale')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} ${verb(nodes.length, 'runs', 'run')} in float, because the scale of the bias is not input scale * weight scale: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'quantize each bias to int32 in steps of input scale * weight scale',
      remedyId: 'quantize-biases',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
