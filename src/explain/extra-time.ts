import type { ProfiledLayer } from '../engine/engine-profile.ts'
import type { Comparison } from './cause.ts'

/**
 * What each layer of the subject takes longer than the other engine takes for the same work, in µs: the excess of its
 * kind (computing, converting) in its row, divided in proportion to the times. Layers of rows without excess are absent.
 */
export function extraTime({ rows, timeOf }: Comparison): ReadonlyMap<ProfiledLayer, number> {
  const extra = new Map<ProfiledLayer, number>()
  for (const { subject, other } of rows) {
    for (const kind of ['compute', 'conversion'] as const) {
      const layers = subject.filter(layer => layer.kind === kind)
      const own = sum(layers.map(timeOf))
      const excess = own - sum(other.filter(layer => layer.kind === kind).map(timeOf))
      if (excess <= 0) continue
      for (const layer of layers) extra.set(layer, (timeOf(layer) / own) * excess)
    }
  }
  return extra
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
