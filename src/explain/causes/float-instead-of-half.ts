import { precisionOf } from '../../engine/engine-profile.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { mainLayer } from '../main-layer.ts'
import { countOf, verb } from '../words.ts'

/** Layers in 32-bit float where the other engine computes in 16 bits: half of the bytes, and tensor cores. */
export const floatInsteadOfHalf: Cause = {
  name: 'float-instead-of-half',
  find(comparison) {
    const { other, rows } = comparison
    const layers = rows.flatMap(row => {
      const [own, others] = [mainLayer(row.subject), mainLayer(row.other)]
      return own && others && precisionOf(own) === 'float' && precisionOf(others) === 'half' ? [own] : []
    })
    if (layers.length === 0) return undefined
    return {
      costs: costsOf(layers, extraTime(comparison)),
      sentence: `${countOf(layers.length, 'layer')} ${verb(layers.length, 'computes', 'compute')} in 32-bit float, in ${other.name} in half`,
      remedy:
        'allow 16 bits for what is not INT8, `--fp16` up to TensorRT 10 and a model in half from 11 on, and take away what forces 32 bits on them',
    }
  },
}
