import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'
import { countOf, listNames, verb } from '../words.ts'

/** Layers whose pairs are complete as far as we can see, and which ONNX Runtime still runs in float. */
export const unfusedPairs: Cause = {
  name: 'unfused-pairs',
  find(comparison) {
    const found = floatLayers(comparison, 'unknown')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} with complete Q/DQ pairs ${verb(nodes.length, 'runs', 'run')} in float: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'quantize them anew: UINT8 activations, INT8 weights, int32 biases',
      remedyId: 'quantize-outputs',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
