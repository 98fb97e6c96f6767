import { isFloat } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'

/** Average pools in float within an INT8 engine: Q/DQ nodes do not move over them, so they need a pair of their own. */
export const floatAveragePool: Cause = {
  name: 'float-average-pool',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { conversionsAround } = layerGraph(subject.layers)
    const pools = subject.layers.filter(
      ({ nodes, inputs }) =>
        inputs.some(isFloat) &&
        nodes.some(node => /^(global)?averagepool$|^adaptive_avg_pool/i.test(operatorOf(node, subject))),
    )
    if (pools.length === 0) return undefined
    return {
      costs: costsOf([...pools, ...pools.flatMap(conversionsAround)], extraTime(comparison)),
      sentence: `${countOf(pools.length, 'average pool')} ${verb(pools.length, 'computes', 'compute')} in float`,
      remedy: 'put a Q/DQ pair on the input of each average pool',
      remedyId: 'quantize-average-pools',
      moves: ['pairs behind pools', 'pools out'],
    }
  },
}
