import type { ProfiledLayer } from './profile.ts'

/** Which layers of an engine read what another one makes. */
export interface LayerGraph {
  /** Layers that read an output of this one, in the order of running. */
  readersOf(layer: ProfiledLayer): readonly ProfiledLayer[]
  /** Layers that make an input of this one. */
  producersOf(layer: ProfiledLayer): readonly ProfiledLayer[]
  /** Whether it makes an output of the engine: something that no layer reads. */
  isLast(layer: ProfiledLayer): boolean
}

export function layerGraph(layers: readonly ProfiledLayer[]): LayerGraph {
  const readers = new Map<string, ProfiledLayer[]>()
  const producers = new Map<string, ProfiledLayer[]>()
  const add = (map: Map<string, ProfiledLayer[]>, name: string, layer: ProfiledLayer) => {
    const known = map.get(name)
    if (known === undefined) map.set(name, [layer])
    else if (!known.includes(layer)) known.push(layer)
  }
  for (const layer of layers) {
    for (const { name } of layer.inputs) add(readers, name, layer)
    for (const { name } of layer.outputs) add(producers, name, layer)
  }
  const readersOf = ({ outputs }: ProfiledLayer) => outputs.flatMap(({ name }) => readers.get(name) ?? [])
  return {
    readersOf,
    producersOf: ({ inputs }) => inputs.flatMap(({ name }) => producers.get(name) ?? []),
    isLast: layer =>
      layer.outputs.length > 0 &&
      readersOf(layer).every(({ kind }) => kind === 'conversion') &&
      readersOf(layer).flatMap(readersOf).length === 0,
  }
}
