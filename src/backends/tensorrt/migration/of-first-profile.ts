import type { LayerTensor, TensorrtLayer } from '../plan/read-layer-info.ts'

/** What engines with several optimization profiles write behind names: nothing, or 0, for the first. */
const profile = / \[profile (\d+)\]/

/**
 * The layers of an engine's first optimization profile, under the names that they have in an engine with one. Each profile has
 * kernels of its own, and a model has one set of Q/DQ pairs.
 */
export function ofFirstProfile(layers: readonly TensorrtLayer[]): readonly TensorrtLayer[] {
  if (!layers.some(({ name }) => profile.test(name))) return layers
  const ofOthers = new Set<string>()
  const isOther = (name: string) => ofOthers.has(name) || Number(profile.exec(name)?.[1] ?? 0) > 0
  return layers.flatMap(layer => {
    // Regions of a code generator have no word in their names: what they read has, or comes from a layer that had.
    if (isOther(layer.name) || layer.inputs.some(({ name }) => isOther(name))) {
      for (const { name } of layer.outputs) ofOthers.add(name)
      return []
    }
    const tensors = (list: readonly LayerTensor[]) => list.map(each => ({ ...each, name: plain(each.name) }))
    const { inputs, outputs } = layer
    return [{ ...layer, name: plain(layer.name), inputs: tensors(inputs), outputs: tensors(outputs) }]
  })
}

function plain(name: string): string {
  return name.replace(profile, '')
}
