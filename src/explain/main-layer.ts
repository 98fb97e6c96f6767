import type { ProfiledLayer } from '../engine/engine-profile.ts'

/** The layer of a group that computes the longest; none if all of them only convert. */
export function mainLayer(layers: readonly ProfiledLayer[]): ProfiledLayer | undefined {
  const [first, ...others] = layers.filter(({ kind }) => kind === 'compute')
  return others.reduce(
    (longest, layer) => (longest && longest.microseconds >= layer.microseconds ? longest : layer),
    first,
  )
}
