import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/**
 * Layers with pairs on inputs and weights but none behind them: ONNX Runtime's integer kernels write integers, so it
 * runs the layer in float, with weights that are dequantized again in every inference.
 */
export const unquantizedOutput: Cause = {
  name: 'unquantized-output',
  find(comparison) {
    const found = floatLayers(comparison, 'unquantized-output')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} with Q/DQ pairs on inputs and weights ${verb(nodes.length, 'runs', 'run')} in float, because no Q alone reads what ${verb(nodes.length, 'it writes', 'they write')}: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'put one pair behind each, after a Relu or Clip, and let everything read through it',
      remedyId: 'quantize-outputs',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
