import type { ProfiledLayer } from '../../engine/engine-profile.ts'

/** Whether a layer does the work of nodes, so that it can be matched by them. */
export function isAnchor({ kind, nodes }: ProfiledLayer): boolean {
  return kind === 'compute' && nodes.length > 0
}

/**
 * For each layer, the layer whose row it belongs to: itself if it does the work of nodes. A conversion, and a layer
 * of which the runtime does not tell the nodes, belongs to the layer that reads what it makes, over other such layers if
 * need be; where nobody reads it, to the layer that makes what it reads; where it has no tensors, to the next layer.
 *
 * @returns Positions, as long as the list; a layer owns itself if there is nothing to belong to.
 */
export function owners(layers: readonly ProfiledLayer[]): number[] {
  const readers = new Map<string, number[]>()
  for (const [position, { inputs }] of layers.entries()) {
    for (const { name } of inputs) readers.set(name, [...(readers.get(name) ?? []), position])
  }
  const owner = layers.map((layer, position) => (isAnchor(layer) ? position : -1))
  // From the last to the first: readers run later, so theirs is known.
  for (let position = layers.length - 1; position >= 0; position--) {
    if (owner[position] !== -1) continue
    const later = layers[position]!.outputs.flatMap(({ name }) => readers.get(name) ?? [])
    const reader = later.find(at => at > position && owner[at] !== -1)
    if (reader !== undefined) owner[position] = owner[reader]!
  }
  // From the first to the last: so do producers run earlier.
  const producers = new Map<string, number>()
  for (const [position, { inputs, outputs }] of layers.entries()) {
    if (owner[position] === -1) {
      const producer = inputs.map(({ name }) => producers.get(name)).find(at => at !== undefined)
      if (producer !== undefined) owner[position] = owner[producer]!
    }
    if (owner[position] !== -1) for (const { name } of outputs) producers.set(name, position)
  }
  for (const [position, known] of owner.entries()) {
    if (known !== -1) continue
    const next = layers.findIndex((layer, at) => at > position && isAnchor(layer))
    const before = layers.findLastIndex((layer, at) => at < position && isAnchor(layer))
    owner[position] = [next, before, position].find(at => at !== -1)!
  }
  return owner
}
