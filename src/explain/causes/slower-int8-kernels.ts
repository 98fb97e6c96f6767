import { isFloat, precisionOf } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { mainLayer } from '../main-layer.ts'

/** Share by which an INT8 kernel must be slower to be worth a word. */
const least = 0.05

/** Layers whose INT8 kernel, without any conversion, takes longer than the float kernel of the other engine. */
export const slowerInt8Kernels: Cause = {
  name: 'slower-int8-kernels',
  find(comparison) {
    const { subject, other, rows, timeOf } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const extra = extraTime(comparison)
    const { isLast } = layerGraph(subject.layers)
    const slower = rows.flatMap(row => {
      const [own, others] = [mainLayer(row.subject), mainLayer(row.other)]
      if (!own || !others || precisionOf(own) !== 'int8' || !isFloat({ type: precisionOf(others) })) return []
      // A kernel that has to write float is a matter of its output: see `int8-input-float-output`.
      if (own.outputs.some(isFloat) && !isLast(own)) return []
      return (extra.get(own) ?? 0) > least * timeOf(own) ? [own] : []
    })
    if (slower.length === 0) return undefined
    return {
      costs: costsOf(slower, extra),
      sentence: `the INT8 ${verb(slower.length, 'kernel', 'kernels')} of ${countOf(slower.length, 'layer')} ${verb(slower.length, 'takes', 'take')} longer than the float ${verb(slower.length, 'kernel', 'kernels')} of ${other.name}`,
      remedy: `leave ${verb(slower.length, 'it', 'them')} in float, where no neighbour then has to convert: take the Q/DQ pair off ${verb(slower.length, 'its input', 'their inputs')} and weights`,
      remedyId: 'leave-in-float',
      moves: [
        ...(slower.some(isLast) ? (['head out'] as const) : []),
        'depthwise convolutions out',
        'half of the layers out',
      ],
    }
  },
}
