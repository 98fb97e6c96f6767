import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'

/**
 * Weights that are dequantized in every inference. Besides the time that it takes, a convolution whose weights are
 * computed cannot have them in ONNX Runtime's blocked layout (NCHWc), and runs slower than in the float model.
 */
export const runtimeWeights: Cause = {
  name: 'runtime-weights',
  find(comparison) {
    const { subject, rows } = comparison
    const { graph } = subject
    if (!graph) return undefined
    const isWeights = (name: string) => {
      const node = graph.node(name)
      const stored = graph.producer.get(node?.input[0] ?? '')
      const source = stored?.opType === 'QuantizeLinear' ? stored.input[0]! : node?.input[0]
      return node?.opType === 'DequantizeLinear' && graph.constants.has(source ?? '')
    }
    const weights = subject.layers.filter(
      ({ kind, nodes }) => kind === 'conversion' && nodes.length > 0 && nodes.every(isWeights),
    )
    if (weights.length === 0) return undefined
    const readers = rows
      .filter(row => row.subject.some(layer => weights.includes(layer)))
      .flatMap(row => row.subject.filter(({ kind }) => kind === 'compute'))
    const names = readers.map(({ nodes }) => nodes[0]!).filter(name => name !== undefined)
    return {
      costs: costsOf([...weights, ...readers], extraTime(comparison)),
      sentence: `the weights of ${countOf(weights.length, 'layer')} are dequantized in every inference, so ${verb(weights.length, 'its convolution has', 'their convolutions have')} no blocked layout: ${listNames(names)}`,
      remedy: 'let these layers run in INT8, or take the pairs off their weights',
      remedyId: 'quantize-outputs',
    }
  },
}
