import { clampBounds } from '../onnx/clamp-bounds.ts'
import { floatActivations } from '../onnx/float-activations.ts'
import type { GraphIndex } from '../onnx/graph.ts'
import { movedTensors } from '../onnx/moved-tensors.ts'
import { isNormalized } from '../quantize/fit/is-normalized.ts'
import type { Clamp } from './tally.ts'

/** A tensor whose values are counted. */
export interface ObservedTensor {
  readonly name: string
  /** Its values are those of another observed tensor, clamped: handing that one over is enough. */
  readonly clamped?: { readonly of: string; readonly clamp: Clamp }
  /** How large its rows are counts too. */
  readonly byRow?: boolean
  /** The tensor that the model gives in its place, with a part of its values. */
  readonly given?: string
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
  const byRow = new Set([...normalizedInputs(index)].map(name => activations.get(name)))
  const tensors = new Map<string, ObservedTensor>()
  for (const name of activations.values()) {
    const node = index.producer.get(name)
    const clamp = node && clampBounds(index.constants, node)
    const of = clamp && tensors.get(activations.get(node.input[0]!)!)
    tensors.set(name, {
      name,
      ...(of && !of.clamped && { clamped: { of: of.name, clamp } }),
      ...(byRow.has(name) && { byRow: true }),
    })
  }
  return { tensors: [...tensors.values()], activations }
}

/** What matrix products read whose results are divided by their own size. */
function* normalizedInputs(index: GraphIndex): Generator<string> {
  for (const { opType, input, output } of index.graph.node) {
    const isProduct = opType === 'MatMul' || opType === 'Gemm'
    if (isProduct && index.constants.has(input[1]!) && isNormalized(index, output[0]!)) yield input[0]!
  }
}

/** A part of the observed tensors: one whose source is not among them is observed by itself. */
export function partOf(tensors: readonly ObservedTensor[], names: readonly string[]): ObservedTensor[] {
  const part = new Set(names)
  return tensors
    .filter(({ name }) => part.has(name))
    .map(({ clamped, ...tensor }) => (clamped && part.has(clamped.of) ? { ...tensor, clamped } : tensor))
}
