import { checkProbability } from '../check.ts'

/**
 * The shortest horizon at which a sign-flip test can reject at all: of n blocks the most extreme pattern of signs has a
 * probability of 2^-n.
 *
 * @example fewestBlocks(0.01) // 7
 */
export function fewestBlocks(alpha: number): number {
  checkProbability(alpha, 'alpha')
  return Math.ceil(-Math.log2(alpha))
}
