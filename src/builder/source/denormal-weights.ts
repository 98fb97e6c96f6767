import type { AnyTarget } from '../../backends/backends.ts'
import { backendOf } from '../../backends/backends.ts'
import { countDenormals } from '../../onnx/count-denormals.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'

/** Fewer than one weight in so many take no time that shows. */
const rare = 10_000

export interface DenormalFinding {
  /** The target of the build with denormal numbers taken as zero. */
  readonly target: AnyTarget
  /** A sentence for the engine's notes. */
  readonly note: string
}

/**
 * Whether a float model is slow because weights of it are denormal, which a CPU computes with in microcode, a hundred
 * times slower. INT8 has none, but it is no merit of INT8: one setting of the session does the same for float.
 *
 * @returns undefined if there are few, or if the target does not mind
 */
export function denormalWeights(model: ModelProto, target: AnyTarget): DenormalFinding | undefined {
  const flushing = backendOf(target).withoutDenormals?.(target)
  if (!flushing) return undefined
  const { denormal, total } = countDenormals(model)
  if (denormal * rare < total || denormal === 0) return undefined
  return {
    target: flushing as AnyTarget,
    note: `${denormal} of ${total} weights are denormal numbers, which make float slow on a CPU: give the target "session": { "config": { "session.set_denormal_as_zero": "1" } }, which takes them as zero, before float and INT8 are compared`,
  }
}
