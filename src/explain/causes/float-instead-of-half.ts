import { type ElementType, type ProfiledLayer, precisionOf } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { mainLayer } from '../main-layer.ts'

/**
 * Layers that compute on 32-bit float if the other engine computes on 16 bits, or write it from the same input: twice the
 * bytes, and no tensor cores for half.
 */
export const floatInsteadOfHalf: Cause = {
  name: 'float-instead-of-half',
  find(comparison) {
    const { other, rows } = comparison
    const layers = rows.flatMap(row => {
      const [own, others] = [mainLayer(row.subject), mainLayer(row.other)]
      return own && others && isWider(own, others) ? [own] : []
    })
    if (layers.length === 0) return undefined
    return {
      costs: costsOf(layers, extraTime(comparison)),
      sentence: `${countOf(layers.length, 'layer')} ${verb(layers.length, 'computes on or writes', 'compute on or write')} 32-bit float, in ${other.name} half`,
      remedy:
        'allow 16 bits for what is not INT8, `--fp16` up to TensorRT 10 and a model in half from 11 on, and take away what forces 32 bits on them',
    }
  },
}

function isWider(own: ProfiledLayer, others: ProfiledLayer): boolean {
  const floatForHalf = (type?: ElementType, other?: ElementType) => type === 'float' && other === 'half'
  const [computes, otherComputes] = [precisionOf(own), precisionOf(others)]
  // Where they compute on different types, what an INT8 layer writes is a matter of `int8-input-float-output`.
  if (computes !== otherComputes) return floatForHalf(computes, otherComputes)
  return floatForHalf(own.outputs[0]?.type, others.outputs[0]?.type)
}
