import type { EngineProfile, ProfiledLayer } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { floatAdditions } from '../residual-additions.ts'

/**
 * Residual additions with an input on which no Q/DQ pair stands: then the sum is float, the convolution that it is fused
 * with writes float, and what follows has to quantize it (NVIDIA/TensorRT#1992, #1144).
 */
export const floatResidualAdd: Cause = {
  name: 'float-residual-add',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { conversionsAround, sourceOf } = layerGraph(subject.layers)
    const additions = floatAdditions(subject).filter(({ unquantized }) => unquantized.length > 0)
    if (additions.length === 0) return undefined
    const skips = additions.flatMap(({ layer, unquantized }) => {
      const plain = plainInputs(subject, layer)
      return plain.length > 0 ? plain : unquantized.map(sourceOf)
    })
    return {
      costs: costsOf(
        additions.flatMap(({ layer }) => [layer, ...conversionsAround(layer)]),
        extraTime(comparison),
      ),
      sentence: `${countOf(additions.length, 'residual addition')} ${verb(additions.length, 'is', 'are')} not in INT8, because no Q/DQ pair stands on ${skips.map(name => `\`${name}\``).join(', ')}`,
      remedy: 'put a Q/DQ pair on the skip input of each residual addition',
      remedyId: 'quantize-skip-inputs',
      moves: ['skip inputs in', 'residual blocks out'],
    }
  },
}

/** What the addition reads without a pair, by its name in the model; nothing if the model is not at hand. */
function plainInputs({ graph }: EngineProfile, { nodes }: ProfiledLayer): string[] {
  const additions = nodes.flatMap(name => graph?.node(name) ?? []).filter(({ opType }) => opType === 'Add')
  return additions.flatMap(({ input }) => input.filter(name => graph!.dequantize(name) === undefined))
}
