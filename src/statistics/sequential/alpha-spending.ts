import { checkCount, checkProbability } from '../check.ts'

/**
 * How many of the 2^k sign paths a sign-flip test may reject within its first `blocks` blocks.
 *
 * A test that is looked at often must not spend its whole error probability at each look. The power family of Kim and
 * DeMets (1987) hands it out as `alpha * (n/N)^rho`; with rho = 1/5 half of alpha is spent after a 32nd of the
 * horizon, so that clear differences are decided early: after 8 blocks at alpha 0.01 and a horizon of up to 800. On recorded
 * noise a difference of 1% takes 5% fewer blocks than with rho = 1/3, one of a quarter percent 4% more.
 *
 * @param horizon N, the most blocks that will be looked at.
 * @throws RangeError if alpha is not between 0 and 1, or the horizon no whole number from 1.
 * @example alphaSpending({ alpha: 0.01, horizon: 60 }).paths // 16384
 * @example alphaSpending({ alpha: 0.01, horizon: 60 }).spent(15) // 124, of 163 at the horizon
 */
export function alphaSpending({ alpha, horizon }: { alpha: number; horizon: number }): AlphaSpending {
  checkProbability(alpha, 'alpha')
  checkCount(horizon, 'the horizon', 1)
  // At least 100 rejected paths in all, so that rounding the budget down costs less than 1% of alpha.
  const bits = Math.ceil(Math.log2(100 / alpha))
  const paths = 2 ** bits
  return { bits, paths, spent: blocks => Math.floor(alpha * (blocks / horizon) ** (1 / 5) * paths + 1e-9) }
}

export interface AlphaSpending {
  /** k: the sign paths are the elements of a group of 2^k. */
  readonly bits: number
  /** 2^k. */
  readonly paths: number
  /** Paths that may have been rejected after so many blocks. */
  readonly spent: (blocks: number) => number
}
