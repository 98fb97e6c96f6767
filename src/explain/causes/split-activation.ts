import { activationOperators } from '../../quantize/activation-operators.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'

/**
 * `Conv -> Q -> DQ -> Swish`: a pair between a layer and its activation. The layer runs in INT8, but the activation reads
 * dequantized values in float, or, where it is a Relu, costs a second round of DQ and Q.
 */
export const splitActivation: Cause = {
  name: 'split-activation',
  find(comparison) {
    const { subject } = comparison
    const { graph } = subject
    if (!graph) return undefined
    const split = graph.graph.node.flatMap(node => {
      if (!activationOperators.has(node.opType)) return []
      const pairs = node.input.flatMap(name => graph.dequantize(name) ?? [])
      return pairs.flatMap(dequantize => {
        const quantize = graph.producer.get(dequantize.input[0]!)
        const layer = graph.producer.get(quantize?.input[0] ?? '')
        return layer && weightedOperators.has(layer.opType) ? [{ node, dequantize, layer }] : []
      })
    })
    // Where Sigmoid and Mul have pairs as well, the runtime fuses all of them.
    const names = new Set(split.flatMap(({ node, dequantize }) => [node.name, dequantize.name]))
    const behind = new Set(
      split.flatMap(({ node }) => graph.quantizers(node.output[0]!).map(({ name }) => name)),
    )
    const layers = subject.layers.filter(
      ({ kind, nodes, inputs }) =>
        (inputs[0]?.type === 'float' && nodes.some(name => names.has(name) || behind.has(name))) ||
        (kind === 'conversion' && nodes.some(name => names.has(name))),
    )
    if (layers.length === 0) return undefined
    const named = [...new Set(split.map(({ layer }) => layer.name))]
    return {
      costs: costsOf(layers, extraTime(comparison)),
      sentence: `a Q/DQ pair stands between ${countOf(named.length, 'layer')} and ${verb(named.length, 'its activation', 'their activations')}, which ${verb(named.length, 'reads', 'read')} dequantized values: ${listNames(named)}`,
      remedy: 'move the Q behind a Relu or Clip; give Sigmoid and Mul of a Swish pairs of their own',
      remedyId: 'move-q-behind-activations',
      moves: ['no pairs before activations'],
      nodes: named,
    }
  },
}
