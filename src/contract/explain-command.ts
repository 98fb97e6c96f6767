import type { BuildSpec } from '../builder/build-spec.ts'
import { shellWord } from '../shell-word.ts'
import type { Clause } from './clause/clause.ts'
import { whatExplains } from './what-explains.ts'

/**
 * The command that says why a clause does not hold, layer by layer; undefined if `explain` has nothing to say.
 *
 * @param file - path of the contract, from where it is to be typed
 */
export function explainCommand(
  file: string,
  spec: Pick<BuildSpec, 'target' | 'metrics' | 'variants'>,
  clause: Clause,
): string | undefined {
  const explains = whatExplains(spec, clause)
  if (!explains) return undefined
  const { by, pair } = explains
  const variants = pair ? ` --variants ${pair.join(',')}` : ''
  return `npx quantract explain ${shellWord(file)}${variants}${by === 'accuracy' ? ' --accuracy' : ''}`
}
