import { parametersOf } from '../../quantize/qdq/quantized-graph.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'

/** Concat nodes whose inputs have scales of their own: ONNX Runtime's kernel looks up every value anew instead of copying. */
export const concatScales: Cause = {
  name: 'concat-scales',
  find(comparison) {
    const { subject } = comparison
    const { graph } = subject
    if (!graph) return undefined
    const unequal = graph.graph.node.filter(node => {
      if (node.opType !== 'Concat') return false
      const pairs = node.input.map(name => graph.dequantize(name))
      const parameters = pairs.map(pair => pair && parametersOf(graph, pair))
      return parameters.every(Boolean) && new Set(parameters.map(each => JSON.stringify(each))).size > 1
    })
    const names = new Set(unequal.map(({ name }) => name))
    const layers = subject.layers.filter(({ nodes }) => nodes.some(name => names.has(name)))
    if (layers.length === 0) return undefined
    return {
      costs: costsOf(layers, extraTime(comparison)),
      sentence: `${countOf(layers.length, 'Concat')} ${verb(layers.length, 'has', 'have')} inputs with unequal scales, so ${verb(layers.length, 'its', 'their')} values are looked up one by one instead of copied: ${listNames([...names])}`,
      remedy: 'give all inputs of a Concat, and what it writes, the same scale',
      remedyId: 'share-concat-scales',
    }
  },
}
