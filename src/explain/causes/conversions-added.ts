import type { Cause, ComparedRow, LayerCost } from '../cause.ts'
import type { ProfiledLayer } from '../profile.ts'
import { layerCount, layerNames } from './words.ts'

/** Layers that convert element type or memory layout, more of them than the other engine has for the same work. */
export const conversionsAdded: Cause = {
  name: 'conversions-added',
  find({ subject, other, rows, timeOf }) {
    const conversions = (layers: readonly ProfiledLayer[]) =>
      layers.filter(layer => layer.kind === 'conversion' && timeOf(layer) > 0)
    const time = (layers: readonly ProfiledLayer[]) =>
      conversions(layers).reduce((sum, layer) => sum + timeOf(layer), 0)
    const costs = rows.flatMap((row: ComparedRow): LayerCost[] => {
      const [own, others] = [time(row.subject), time(row.other)]
      if (own <= others) return []
      const share = (own - others) / own
      return conversions(row.subject).map(layer => ({ layer, microseconds: timeOf(layer) * share }))
    })
    const own = conversions(subject.layers)
    const others = conversions(other.layers)
    if (costs.length === 0) return undefined
    const qdq = own.filter(({ nodes }) => nodes.length > 0).length
    const kinds = qdq === 0 ? '' : `, ${qdq} of them Q or DQ nodes that are fused into nothing`
    return {
      costs,
      sentence: `${layerCount(own.length)} only ${own.length === 1 ? 'converts' : 'convert'} element type or layout${kinds}; ${other.name} has ${others.length}: ${layerNames(own)}`,
      remedy:
        'place Q/DQ pairs so that neighbouring layers agree on one type: on every input of a layer that is to run in INT8, and on no other tensor',
    }
  },
}
