import { isFloat, precisionOf } from '../../engine/engine-profile.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { mainLayer } from '../main-layer.ts'

/** Layers that compute in float what the other engine computes in INT8, whatever the reason. */
export const floatKernels: Cause = {
  name: 'float-kernels',
  find(comparison) {
    const { subject, other, rows } = comparison
    const float = rows.flatMap(row => {
      const [own, others] = [mainLayer(row.subject), mainLayer(row.other)]
      const isFloatHere = own && isFloat({ type: precisionOf(own) })
      return isFloatHere && others && precisionOf(others) === 'int8' ? [own] : []
    })
    if (float.length === 0) return undefined
    return {
      costs: costsOf(float, extraTime(comparison)),
      sentence: `${countOf(float.length, 'layer')} ${verb(float.length, 'computes', 'compute')} in float what ${other.name} computes in INT8: ${listNames(float.map(({ nodes, name }) => nodes[0] ?? name))}`,
      // A builder that was free to choose INT8 found float faster.
      ...(subject.quantization !== 'implicit' && {
        remedy: 'quantize them, with pairs where the runtime fuses them',
      }),
    }
  },
}
