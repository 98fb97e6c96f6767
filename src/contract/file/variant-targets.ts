import type { GivenTarget, OwnWords } from '../../backends/backends.ts'
import { resolveTarget } from '../../backends/resolve-target.ts'
import { targetOfVariant } from '../../builder/target-of-variant.ts'
import { InputError, messageOf } from '../../errors.ts'
import type { ContractFile } from '../schema.ts'
import type { LocatedJson } from './located-json.ts'

/**
 * A line for each target of a variant that is none, or whose engine cannot be compared with the others.
 *
 * @param given - target of the contract, as settings have it
 */
export function variantTargetMistakes(
  variants: ContractFile['variants'],
  given: GivenTarget | undefined,
  json: LocatedJson,
): string[] {
  if (problemOf(() => resolveTarget(given)) !== undefined) return [] // It is told where the contract is run.
  const mistakes: string[] = []
  for (const [name, variant] of Object.entries(variants)) {
    const own = 'target' in variant ? (variant.target as OwnWords | undefined) : undefined
    if (own === undefined) continue
    // A model may be fixed to a batch that the contract does not say.
    const batch = given?.batch ?? own.batch
    const shared = resolveTarget({ ...given, ...(batch !== undefined && { batch }) } as GivenTarget)
    const problem = problemOf(() => targetOfVariant(name, own, shared))
    if (problem === undefined) continue
    const word = [...problem.matchAll(/`(\w+)`/g)].map(([, word]) => word!).find(word => word in own)
    mistakes.push(json.at(['variants', name, 'target'], word) + problem.replace(`variant \`${name}\`: `, ''))
  }
  return mistakes
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return messageOf(error)
  }
}
