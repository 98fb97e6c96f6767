import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/** Operators with weights for which ONNX Runtime's CPU provider has no integer kernel. */
const floatOnly = new Set(['ConvTranspose'])

/** Layers whose pairs are complete as far as we can see, and which ONNX Runtime still runs in float. */
export const unfusedPairs: Cause = {
  name: 'unfused-pairs',
  find(comparison) {
    const found = floatLayers(comparison, 'unknown')
    if (!found) return undefined
    const { nodes, costs } = found
    const hopeless = nodes.every(({ opType }) => floatOnly.has(opType))
    const why = hopeless ? `, because there is no integer kernel for ${verb(nodes.length, 'it', 'them')}` : ''
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} with complete Q/DQ pairs ${verb(nodes.length, 'runs', 'run')} in float${why}: ${listNames(nodes.map(({ name }) => name))}`,
      ...(hopeless
        ? { remedy: 'take the pairs off their weights', remedyId: 'leave-in-float' }
        : {
            remedy: 'quantize them anew: UINT8 activations, INT8 weights, int32 biases',
            remedyId: 'quantize-outputs',
          }),
      nodes: nodes.map(({ name }) => name),
    }
  },
}
