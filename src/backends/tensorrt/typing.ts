import type { CompileSource } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import type { TensorrtTarget } from './target.ts'
import type { TensorrtVersion } from './version.ts'

const instead =
  'make the variant explicit: { "quantization": "explicit", "placement": "tensorrt" }, or with the pairs of an implicit engine (`quantract migrate`)'

/**
 * Whether a build takes its types from the model alone.
 *
 * @throws InputError if the version has no builds of the typing that the target asks for, or typing leaves an implicit build
 * nothing to choose
 */
export function isStronglyTyped(
  { major, text }: TensorrtVersion,
  { typing }: Pick<TensorrtTarget, 'typing'>,
  { quantization }: Pick<CompileSource, 'quantization'>,
): boolean {
  if (major >= 11) {
    if (quantization === 'implicit') {
      throw new InputError(
        `TensorRT ${text} builds no implicit INT8: version 11.0 removed it; use 10.x, or ${instead}`,
      )
    }
    if (typing === 'weak') {
      throw new InputError(
        `TensorRT ${text} has strongly typed builds alone: leave \`"typing": "weak"\` out of the target, or use 10.x`,
      )
    }
    return true
  }
  if (typing === 'strong' && quantization === 'implicit') {
    throw new InputError(
      `an implicit build chooses types, and with \`"typing": "strong"\` the model has chosen them: build it weakly typed, or ${instead}`,
    )
  }
  return typing === 'strong'
}
