import type { ProfiledLayer } from '../engine/engine-profile.ts'
import type { LayerCost } from './cause.ts'

/** What layers cost, each of them once; 0 if the other engine spends as much on the same. */
export function costsOf(
  layers: readonly ProfiledLayer[],
  extra: ReadonlyMap<ProfiledLayer, number>,
): LayerCost[] {
  return [...new Set(layers)].map(layer => ({ layer, microseconds: extra.get(layer) ?? 0 }))
}
