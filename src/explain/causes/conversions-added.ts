import type { EngineProfile } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'

/** Layers that only convert element type or memory layout, where the other engine converts less. */
export const conversionsAdded: Cause = {
  name: 'conversions-added',
  find(comparison) {
    const { subject, other } = comparison
    const conversions = ({ layers }: EngineProfile) =>
      layers.filter(layer => layer.kind === 'conversion' && layer.microseconds > 0)
    const [own, others] = [conversions(subject), conversions(other)]
    if (own.length === 0) return undefined
    return {
      costs: costsOf(own, extraTime(comparison)),
      sentence: `${countOf(own.length, 'layer')} only ${verb(own.length, 'converts', 'convert')} element type or memory layout, ${others.length} in ${other.name}`,
      // Without Q/DQ nodes nothing asks for them: the builder found these kernels with their conversions the fastest.
      ...(subject.quantization === 'explicit' && {
        remedy:
          'let neighbouring layers agree on one type: Q/DQ pairs on all inputs of what is to run in INT8, and nowhere else',
      }),
    }
  },
}
