import { InputError } from '../../errors.ts'

/**
 * Which timings count if a contract does not say it: what the environment variable `QUANTRACT_PACE` says, or those at full
 * pace.
 *
 * @throws InputError if the variable says something else
 */
export function usualPace(): 'full' | 'any' {
  const named = process.env.QUANTRACT_PACE || 'full'
  if (named === 'full' || named === 'any') return named
  throw new InputError(`QUANTRACT_PACE is \`${named}\`: must be \`full\` or \`any\``)
}
