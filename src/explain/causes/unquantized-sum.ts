import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'
import { floatAdditions } from '../residual-additions.ts'

/**
 * Residual additions whose inputs are quantized but whose sum is not, often because an average pool reads it: the kernel
 * has to write float, and TensorRT then also reads the skip input in float, which is dequantized for it.
 */
export const unquantizedSum: Cause = {
  name: 'unquantized-sum',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { conversionsAround, anchorsAfter } = layerGraph(subject.layers)
    const additions = floatAdditions(subject)
      .filter(({ unquantized }) => unquantized.length === 0)
      .map(({ layer }) => layer)
    if (additions.length === 0) return undefined
    const readers = additions.flatMap(anchorsAfter)
    const names = readers.map(({ name, nodes }) => `\`${nodes[0] ?? name}\``)
    const pools = readers.every(({ nodes }) =>
      nodes.some(node => /averagepool/i.test(operatorOf(node, subject))),
    )
    return {
      costs: costsOf([...additions, ...additions.flatMap(conversionsAround)], extraTime(comparison)),
      sentence: `${countOf(additions.length, 'residual addition')} ${verb(additions.length, 'has', 'have')} quantized inputs but no quantized sum, so the skip input is dequantized again${names.length === 0 ? '' : `; it is read by ${names.join(', ')}`}`,
      remedy: 'put a Q/DQ pair on the sum, which is the input of what reads it',
      ...(pools && readers.length > 0 && { remedyId: 'quantize-average-pools' }),
      moves: pools && readers.length > 0 ? ['pairs behind pools', 'pools out'] : ['skip inputs out'],
    }
  },
}
