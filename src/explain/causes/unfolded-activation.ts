import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/**
 * A Relu or Clip that does not fold into the Q behind it: that represents values which the function cuts off (zero
 * point not the smallest integer, range wider than the Clip), so both must run, and the layer before them in float.
 */
export const unfoldedActivation: Cause = {
  name: 'unfolded-activation',
  find(comparison) {
    const found = floatLayers(comparison, 'unfolded-activation')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} ${verb(nodes.length, 'runs', 'run')} in float, because the Q behind the Relu or Clip also represents values that it cuts off: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'quantize what comes out of it to UINT8 with zero point 0, within the bounds of the Clip',
      remedyId: 'fold-activations',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
