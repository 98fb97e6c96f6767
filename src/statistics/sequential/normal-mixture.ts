import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import { bisect } from '../bisect.ts'
import { checkProbability } from '../check.ts'

/** How a normal mixture is set up. */
export interface NormalMixture {
  /** rho: the variance at which the bound is tightest, in other units; see `normalMixtureRho`. */
  readonly rho: number
  /** Whether sums are bounded from above only, or from both sides. */
  readonly sides: 1 | 2
}

/**
 * The parameter that makes the bound of a normal mixture tightest where the variance of the sum has grown to `variance`
 * (Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49, 2021, section 3.5).
 *
 * @example normalMixtureRho({ variance: 100, alpha: 0.05, sides: 2 }) // 12.60056
 */
export function normalMixtureRho(options: { variance: number; alpha: number; sides: 1 | 2 }): number {
  const { variance, alpha, sides } = options
  checkProbability(alpha, 'alpha')
  if (!(variance > 0)) throw new RangeError(`the variance is ${variance}, not positive`)
  const log = -Math.log(sides === 2 ? alpha : 2 * alpha)
  return variance / (2 * log + Math.log1p(2 * log))
}

/**
 * log evidence against "the sum of centred values stays near 0": a supermartingale, so it ever reaches log(1 / alpha) with a
 * probability of at most alpha.
 *
 * @param sum Of sub-Gaussian values less their mean under the hypothesis.
 * @param variance Sum of their variances.
 * @example logNormalMixture(10, 100, { rho: 12.60056, sides: 2 }) // -0.6510
 */
export function logNormalMixture(sum: number, variance: number, { rho, sides }: NormalMixture): number {
  const total = variance + rho
  const both = Math.log(rho / total) / 2 + sum ** 2 / (2 * total)
  return sides === 2 ? both : both + Math.LN2 + Math.log(normalCdf(sum / Math.sqrt(total), 0, 1))
}

/**
 * How far the sum strays, ever, with a probability of at most alpha: the bound at the time its variance is `variance`.
 *
 * @example normalMixtureBound(100, 0.05, { rho: 12.60056, sides: 2 }) // 30.3521
 */
export function normalMixtureBound(variance: number, alpha: number, mixture: NormalMixture): number {
  checkProbability(alpha, 'alpha')
  const total = variance + mixture.rho
  const both = Math.sqrt(total * (Math.log(total / mixture.rho) - 2 * Math.log(alpha)))
  if (mixture.sides === 2) return both
  return bisect(sum => -Math.log(alpha) - logNormalMixture(sum, variance, mixture), 0, both)
}
