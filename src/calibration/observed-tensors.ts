import { clampBounds } from '../onnx/clamp-bounds.ts'
import { floatActivations } from '../onnx/float-activations.ts'
import type { GraphIndex } from '../onnx/graph.ts'
import { movedTensors } from '../onnx/moved-tensors.ts'
import type { Clamp } from './tally.ts'

/** A tensor whose values are counted. */
export interface ObservedTensor {
  readonly name: string
  /** Its values are those of another observed tensor, clamped: handing that one over is enough. */
  readonly clamped?: { readonly of: string; readonly clamp: Clamp }
}

/** What calibration counts of a model, and whose ranges it finds by that. */
export interface Observation {
  /** In graph order. */
  readonly tensors: readonly ObservedTensor[]
  /** By every float activation, in graph order: the observed tensor that holds the same values. */
  readonly activations: ReadonlyMap<string, string>
}

export function observationOf(index: GraphIndex): Observation {
  const moved = movedTensors(index)
  const activations = new Map(floatActivations(index).map(name => [name, moved.get(name) ?? name]))
  const tensors = new Map<string, ObservedTensor>()
  for (const name of activations.values()) {
    const node = index.producer.get(name)
    const clamp = node && clampBounds(index.constants, node)
    const of = clamp && tensors.get(activations.get(node.input[0]!)!)
    tensors.set(name, of && !of.clamped ? { name, clamped: { of: of.name, clamp } } : { name })
  }
  return { tensors: [...tensors.values()], activations }
}

/** A part of the observed tensors: one whose source is not among them is observed by itself. */
export function partOf(tensors: readonly ObservedTensor[], names: readonly string[]): ObservedTensor[] {
  const part = new Set(names)
  return tensors
    .filter(({ name }) => part.has(name))
    .map(tensor => (tensor.clamped && !part.has(tensor.clamped.of) ? { name: tensor.name } : tensor))
}
