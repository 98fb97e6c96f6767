import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/** Layers whose every tensor has a pair but the bias: the integer kernel adds a bias in int32 only. */
export const floatBias: Cause = {
  name: 'float-bias',
  find(comparison) {
    const found = floatLayers(comparison, 'float-bias')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} ${verb(nodes.length, 'runs', 'run')} in float, because the bias is float: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'quantize each bias to int32 in steps of input scale * weight scale',
      remedyId: 'quantize-biases',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
