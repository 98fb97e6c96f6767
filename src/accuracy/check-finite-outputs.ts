import { InputError } from '../errors.ts'
import type { Predictions } from './predict.ts'

/**
 * Throws InputError if outputs hold NaN or infinity: what they score would be an accident. -Infinity beside numbers is the
 * score of a class that is masked out.
 *
 * @param onlyFirst whether the first output is the only one that counts
 */
export function checkFiniteOutputs(
  { outputs, variant, model }: Predictions,
  { onlyFirst = false }: { readonly onlyFirst?: boolean } = {},
): void {
  const names = [...(outputs[0]?.keys() ?? [])].slice(0, onlyFirst ? 1 : undefined)
  for (const name of names) {
    const broken = outputs
      .map(each => brokenValue(each.get(name) ?? new Float32Array()))
      .filter(value => value !== undefined)
    if (broken.length === 0) continue
    throw new InputError(
      `${broken[0]} in ${broken.length} of ${outputs.length} samples of output \`${name}\` of ${variant === undefined ? model : `\`${variant}\` (${model})`}: look for what it divides by, and for NaN among its weights`,
    )
  }
}

function brokenValue(values: Float32Array): number | undefined {
  const broken = values.find(value => Number.isNaN(value) || value === Number.POSITIVE_INFINITY)
  return broken ?? (values.length > 0 && !values.some(Number.isFinite) ? values[0] : undefined)
}
