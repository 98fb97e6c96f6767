import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/**
 * Layers with pairs on inputs and weights whose activation - SiLU, HardSwish, LeakyRelu, ... - has none: only Relu and
 * Clip fold into a Q behind them, so ONNX Runtime runs layer and activation in float.
 */
export const unquantizedActivation: Cause = {
  name: 'unquantized-activation',
  find(comparison) {
    const found = floatLayers(comparison, 'unquantized-activation')
    if (!found) return undefined
    const { graph } = comparison.subject
    const { nodes, costs } = found
    const behind = nodes.flatMap(({ output }) => graph!.readers.get(output[0]!) ?? [])
    const operators = [...new Set(behind.map(({ node }) => node.opType))].join(' and ')
    return {
      costs,
      sentence: `the Q/DQ pairs of ${countOf(nodes.length, 'layer')} did not fuse, because there are none between ${verb(nodes.length, 'it', 'them')} and ${operators} behind: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'put one pair behind each of these layers and behind each operator of its activation',
      remedyId: 'quantize-outputs',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
