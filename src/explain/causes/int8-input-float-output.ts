import { isFloat, precisionOf } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'

const weighted = /^(conv|convtranspose|gemm|matmul|linear|conv\dd)$/i

/** Convolutions and matrix products that compute in INT8 but write float, so that the next one has to quantize again. */
export const int8InputFloatOutput: Cause = {
  name: 'int8-input-float-output',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { readersOf, isLast } = layerGraph(subject.layers)
    const layers = subject.layers.filter(
      layer =>
        layer.nodes.some(node => weighted.test(operatorOf(node, subject))) &&
        precisionOf(layer) === 'int8' &&
        !layer.inputs.some(isFloat) &&
        layer.outputs.some(isFloat) &&
        !isLast(layer),
    )
    const after = layers.flatMap(layer => readersOf(layer).filter(({ kind }) => kind === 'conversion'))
    if (layers.length === 0) return undefined
    return {
      costs: costsOf([...layers, ...after], extraTime(comparison)),
      sentence: `${countOf(layers.length, 'layer')} with weights ${verb(layers.length, 'computes', 'compute')} in INT8 but ${verb(layers.length, 'writes', 'write')} float`,
      remedy:
        'quantize what they write, after the activation, so that they write INT8; or leave them in float as a whole',
    }
  },
}
