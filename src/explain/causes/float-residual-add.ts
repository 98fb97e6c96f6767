import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'
import { isFloat, type LayerTensor, type ProfiledLayer } from '../profile.ts'
import { countOf, verb } from '../words.ts'

/**
 * Residual additions of which an input is no INT8, because no Q/DQ pair stands on it: then the sum is float, the
 * convolution that it is fused with writes float, and what follows has to quantize it (NVIDIA/TensorRT#1992, #1144).
 */
export const floatResidualAdd: Cause = {
  name: 'float-residual-add',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { conversionsAround, sourceOf } = layerGraph(subject.layers)
    const isAddition = (layer: ProfiledLayer) =>
      layer.kind === 'compute' &&
      layer.inputs.length > 1 &&
      layer.nodes.some(node => /^(add|sum)$/i.test(operatorOf(node, subject)))
    const quantizedAround = (layer: ProfiledLayer) =>
      conversionsAround(layer).some(({ inputs, outputs }) => [...inputs, ...outputs].some(isInt8))
    const additions = subject.layers.filter(
      layer =>
        isAddition(layer) &&
        layer.inputs.some(isFloat) &&
        (layer.inputs.some(isInt8) || quantizedAround(layer)),
    )
    if (additions.length === 0) return undefined
    const skips = additions.flatMap(layer => layer.inputs.filter(isFloat).map(sourceOf))
    return {
      costs: costsOf(
        additions.flatMap(layer => [layer, ...conversionsAround(layer)]),
        extraTime(comparison),
      ),
      sentence: `${countOf(additions.length, 'residual addition')} ${verb(additions.length, 'is', 'are')} not in INT8, because these inputs have no Q/DQ pair that ${verb(additions.length, 'it', 'they')} could take in: ${skips.map(name => `\`${name}\``).join(', ')}`,
      remedy: 'put a Q/DQ pair on the skip input of each residual addition',
      remedyId: 'quantize-skip-inputs',
    }
  },
}

function isInt8({ type }: LayerTensor): boolean {
  return type === 'int8'
}
