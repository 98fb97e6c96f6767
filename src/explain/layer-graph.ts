import type { LayerTensor, ProfiledLayer } from '../engine/engine-profile.ts'
import { isAnchor } from './alignment/owners.ts'

/** Tensors that TensorRT names after the layer that it reformats them for. */
const madeUp = /^Reformatted (Input|Output) Tensor /

/** Which layers of an engine read what another one makes. */
export interface LayerGraph {
  /** Layers that read an output of this one, in the order of running. */
  readonly readersOf: (layer: ProfiledLayer) => readonly ProfiledLayer[]
  /** Layers that make an input of this one. */
  readonly producersOf: (layer: ProfiledLayer) => readonly ProfiledLayer[]
  /** Conversions of what it reads and of what it makes. */
  readonly conversionsAround: (layer: ProfiledLayer) => readonly ProfiledLayer[]
  /** Layers that do the work of nodes and read what it makes, over conversions if need be. */
  readonly anchorsAfter: (layer: ProfiledLayer) => readonly ProfiledLayer[]
  /** Conversions that a tensor went through since a layer computed it, the last first. */
  readonly conversionsBefore: (tensor: LayerTensor) => readonly ProfiledLayer[]
  /** Name of the tensor that another one is made of by conversions alone, as the model knows it. */
  readonly sourceOf: (tensor: LayerTensor) => string
  /** Whether it makes an output of the engine: no layer reads it that does the work of a node. */
  readonly isLast: (layer: ProfiledLayer) => boolean
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
  const producersOf = ({ inputs }: ProfiledLayer) => inputs.flatMap(({ name }) => producers.get(name) ?? [])
  const anchorsAfter = (layer: ProfiledLayer): readonly ProfiledLayer[] => {
    const seen = new Set<ProfiledLayer>()
    const follow = (from: ProfiledLayer): ProfiledLayer[] =>
      readersOf(from).flatMap(reader => {
        if (seen.has(reader)) return []
        seen.add(reader)
        return isAnchor(reader) ? [reader] : follow(reader)
      })
    return follow(layer)
  }
  const conversionsBefore = ({ name }: LayerTensor): readonly ProfiledLayer[] => {
    const passed = new Set<ProfiledLayer>()
    let [producer] = producers.get(name) ?? []
    while (producer?.kind === 'conversion' && !passed.has(producer)) {
      passed.add(producer)
      const [read] = producer.inputs
      producer = read && producers.get(read.name)?.[0]
    }
    return [...passed]
  }
  return {
    readersOf,
    producersOf,
    conversionsAround: layer =>
      [...producersOf(layer), ...readersOf(layer)].filter(({ kind }) => kind === 'conversion'),
    anchorsAfter,
    conversionsBefore,
    sourceOf(tensor) {
      const names = [tensor, ...conversionsBefore(tensor).flatMap(({ inputs }) => inputs.slice(0, 1))]
      return names.map(({ name }) => name).findLast(name => !madeUp.test(name)) ?? tensor.name
    },
    isLast: layer => anchorsAfter(layer).length === 0,
  }
}
