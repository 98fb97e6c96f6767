import type { ModelProto } from '../onnx/onnx_pb.ts'
import { findOverflow, type Overflow, type OverflowOptions } from './overflow.ts'

/** An INT8 model that was checked on this CPU. */
export interface CheckedModel {
  readonly model: ModelProto
  /** Layers whose weights got 7 bits, with what was found in them at 8. */
  readonly reduced: readonly Overflow[]
  /** Layers that part from float arithmetic even with 7 bits: something other than saturation. */
  readonly remaining: readonly Overflow[]
}

/**
 * Makes an INT8 model whose kernels do not overflow on this CPU: layers that do get 7-bit weights, and only those.
 *
 * @param make - gives the model with 7-bit weights in the named layers
 */
export async function withoutOverflow(
  make: (sevenBits: ReadonlySet<string>) => ModelProto,
  options: OverflowOptions,
): Promise<CheckedModel> {
  const eight = make(new Set())
  const reduced = await findOverflow(eight, options)
  if (reduced.length === 0) return { model: eight, reduced, remaining: [] }
  // Layers are probed with the activations of float arithmetic, so one round finds them all.
  const model = make(new Set(reduced.map(({ node }) => node)))
  return { model, reduced, remaining: await findOverflow(model, options) }
}

/** Sentences about the check for the engine's notes. */
export function overflowNotes({ reduced, remaining }: CheckedModel): string[] {
  const percent = (share: number) => `${(share * 100).toPrecision(2)}%`
  return [
    ...reduced.map(
      ({ node, share }) =>
        `layer \`${node}\` overflows on this CPU in ${percent(share)} of its outputs: its weights have 7 bits`,
    ),
    ...remaining.map(
      ({ node, share }) =>
        `layer \`${node}\` differs from float arithmetic in ${percent(share)} of its outputs, also with 7-bit weights`,
    ),
  ]
}
