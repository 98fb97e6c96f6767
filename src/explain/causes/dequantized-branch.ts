import { isFloat, type ProfiledLayer } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { floatAdditions } from '../residual-additions.ts'

/**
 * DQ nodes of which a copy runs for a branch that stays in float: the tensor is INT8 for one reader and is dequantized
 * for another, often a shortcut. TensorRT calls the copies `..._clone_1`.
 */
export const dequantizedBranch: Cause = {
  name: 'dequantized-branch',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { readersOf, producersOf } = layerGraph(subject.layers)
    const isBranch = (layer: ProfiledLayer) => {
      const [read] = layer.inputs
      const others = producersOf(layer).flatMap(readersOf)
      return (
        layer.kind === 'conversion' &&
        read?.type === 'int8' &&
        layer.outputs.some(isFloat) &&
        others.some(other => other.kind === 'compute' && other.inputs.some(({ name }) => name === read.name))
      )
    }
    const additions = new Set(floatAdditions(subject).map(({ layer }) => layer))
    // What is dequantized for an addition is a matter of its sum: see `unquantized-sum`.
    const branches = subject.layers.filter(
      layer => isBranch(layer) && !readersOf(layer).some(reader => additions.has(reader)),
    )
    if (branches.length === 0) return undefined
    const readers = branches.flatMap(readersOf).map(({ name, nodes }) => `\`${nodes[0] ?? name}\``)
    return {
      costs: costsOf(branches, extraTime(comparison)),
      sentence: `${countOf(branches.length, 'tensor')} that one layer reads in INT8 ${verb(branches.length, 'is', 'are')} dequantized once more for a branch in float, to ${readers.join(', ')}`,
      remedy:
        'let the branch stay in INT8: a Q/DQ pair where it ends, before the addition that it leads to; slices, pads and pools move INT8 values as they are',
      remedyId: 'quantize-skip-inputs',
      moves: ['skip inputs in', 'residual blocks out'],
    }
  },
}
