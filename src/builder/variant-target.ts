import type { AnyTarget } from '../backends/backends.ts'
import { ofVariants, resolveTarget } from '../backends/resolve-target.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import type { Variant } from './variant.ts'

/**
 * The target that a variant is built for: the contract's, but for the words in which the variant differs.
 *
 * @throws InputError if it differs in a word that would make its engine another comparison
 */
export function variantTarget(variant: Variant, target: AnyTarget): AnyTarget {
  if (!('target' in variant) || variant.target === undefined) return target
  const allowed = ofVariants(target)
  const word = Object.keys(variant.target).find(each => !allowed.includes(each))
  if (word !== undefined) {
    const known =
      allowed.length > 0 ? `only in ${allowed.map(each => `\`${each}\``).join(', ')}` : 'in no word'
    throw new InputError(
      `\`target\` of a variant: with ${target.backend} a variant differs from its contract ${known}, not in \`${word}\`${didYouMean(word, allowed)}`,
    )
  }
  return resolveTarget({ ...target, ...variant.target } as Partial<Target>)
}
