import { affineParameters, dequantize, integerLimits } from '../../quantize/affine.ts'
import { parametersOf, quantizedGraph } from '../../quantize/qdq/quantized-graph.ts'
import { requantize } from '../../quantize/rewrites/requantize.ts'
import type { Remedy } from '../remedy.ts'

/** Gives the inputs of a Concat, and what it writes, one scale that holds the values of all of them. */
export const shareConcatScales: Remedy = {
  id: 'share-concat-scales',
  title: 'Share one scale among the inputs of a Concat',
  apply({ model, nodes }) {
    let changed = model
    // One after the other: a Concat may read what another one writes.
    for (const name of nodes) {
      const graph = quantizedGraph(changed)
      const node = graph.node(name)
      if (node?.opType !== 'Concat') continue
      const inputs = node.input.map(input => graph.producer.get(graph.dequantize(input)?.input[0] ?? ''))
      const quantizers = [...inputs, ...graph.quantizers(node.output[0]!)].filter(
        each => each?.opType === 'QuantizeLinear',
      )
      const limits = quantizers.flatMap(quantize => {
        const parameters = parametersOf(graph, quantize!)
        return parameters ? integerLimits[parameters.type].map(limit => dequantize(limit, parameters)) : []
      })
      const shared = affineParameters({ min: Math.min(...limits), max: Math.max(...limits) }, 'uint8')
      changed = requantize(changed, new Map(quantizers.map(quantize => [quantize!.input[0]!, shared])))
    }
    return changed === model ? undefined : changed
  },
}
