import { InputError } from '../errors.ts'
import type { BuildSpec } from './build-spec.ts'

/**
 * Which timings count: what the contract says, or the environment variable `QUANTRACT_PACE`, or those at full pace.
 *
 * @throws InputError if the variable says something else
 */
export function paceOf({ pace }: Pick<BuildSpec, 'pace'>): 'full' | 'any' {
  const named = pace ?? process.env.QUANTRACT_PACE ?? 'full'
  if (named === 'full' || named === 'any') return named
  throw new InputError(`QUANTRACT_PACE is \`${named}\`: must be \`full\` or \`any\``)
}
