import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'

/** Q and DQ nodes that no kernel took in: each reads and writes a whole tensor to change its type. */
export const separateQdq: Cause = {
  name: 'separate-qdq',
  find(comparison) {
    const { subject } = comparison
    const separate = subject.layers.filter(
      layer => layer.kind === 'conversion' && layer.nodes.length > 0 && layer.microseconds > 0,
    )
    if (separate.length === 0) return undefined
    const { producersOf } = layerGraph(subject.layers)
    const readsInput = separate.some(layer => producersOf(layer).length === 0)
    return {
      costs: costsOf(separate, extraTime(comparison)),
      sentence: `${countOf(separate.length, 'Q or DQ node')} ${verb(separate.length, 'is a layer of its', 'are layers of their')} own, fused into no kernel`,
      remedy:
        'a Q is fused into the kernel before it if that one runs in INT8 itself, a DQ into the one after it: quantize that layer too, or take the pair away',
      ...(readsInput && { moves: ['first layer out'] }),
    }
  },
}
