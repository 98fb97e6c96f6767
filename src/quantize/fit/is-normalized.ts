import type { GraphIndex } from '../../onnx/graph.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { weightedOperators } from '../weighted-operators.ts'

/** Operators that divide by how large the values of a row are, or begin to compute that. */
const normalizes = new Set([
  'LayerNormalization',
  'SimplifiedLayerNormalization',
  'SkipLayerNormalization',
  'SkipSimplifiedLayerNormalization',
  'RMSNormalization',
  'GroupNormalization',
  'InstanceNormalization',
  'MeanVarianceNormalization',
  'LpNormalization',
  'ReduceL2',
  'Sqrt',
  'Reciprocal',
])

/** Operators behind which the size of a row no longer counts. */
const ends = new Set([...weightedOperators, 'Exp', 'Log', 'Softmax', 'LogSoftmax', 'LSTM', 'GRU', 'RNN'])

/**
 * Whether a tensor is divided by its own size before the next weights, as LayerNormalization does, fused or written out:
 * what a row of small values has lost is then as large as everything else.
 */
export function isNormalized({ readers }: Pick<GraphIndex, 'readers'>, tensor: string): boolean {
  const seen = new Set([tensor])
  for (const name of seen) {
    for (const { node, input } of readers.get(name) ?? []) {
      if (normalizes.has(node.opType) || (node.opType === 'Div' && input === 1)) return true
      if (isDefaultDomain(node.domain) && ends.has(node.opType)) continue
      for (const output of node.output) seen.add(output)
    }
  }
  return false
}
