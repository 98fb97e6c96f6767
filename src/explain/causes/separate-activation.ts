import type { ProfiledLayer } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'

const activation =
  /^(relu|leakyrelu|prelu|clip|relu6|sigmoid|hardsigmoid|tanh|mul|swish|silu|hardswish|gelu|erf|elu|softplus|mish)$/i

/**
 * Activations that run as kernels of their own where the other engine has them inside the layer before: a Q/DQ pair
 * between a convolution and its Swish keeps the two apart (NVIDIA/TensorRT#3629, #3385).
 */
export const separateActivation: Cause = {
  name: 'separate-activation',
  find(comparison) {
    const { subject, rows } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { conversionsAround } = layerGraph(subject.layers)
    const isActivation = ({ kind, nodes }: ProfiledLayer) =>
      kind === 'compute' &&
      nodes.length > 0 &&
      nodes.every(node => activation.test(operatorOf(node, subject)))
    const separate = rows.flatMap(row => {
      const own = row.subject.filter(({ kind }) => kind === 'compute')
      const other = row.other.filter(({ kind }) => kind === 'compute')
      return other.length > 0 && own.length > other.length ? own.filter(isActivation) : []
    })
    if (separate.length === 0) return undefined
    return {
      costs: costsOf([...separate, ...separate.flatMap(conversionsAround)], extraTime(comparison)),
      sentence: `${countOf(separate.length, 'activation')} ${verb(separate.length, 'runs', 'run')} apart from the layer before`,
      remedy:
        'take away the Q/DQ pair between a layer and its activation: quantize the input of the layer and what comes out of the activation',
      moves: ['no pairs before activations', 'residual blocks out'],
    }
  },
}
