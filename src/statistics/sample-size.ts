import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { checkProbability } from './check.ts'

export interface ImagesOptions {
  /** The clause is `gap < limit`. */
  readonly limit: number
  readonly alpha?: number
  readonly power?: number
  /** 2 where a gap in either direction breaks the clause, so that both have to be ruled out; 1 by default. */
  readonly sides?: 1 | 2
}

/**
 * Labelled samples that an accuracy clause needs: so many that `gap < limit` is upheld with probability `power`.
 *
 * Only samples on which the variants disagree vary the gap, with variance discordance - gap^2 a sample; the normal
 * approximation of Tango's test gives (z_alpha + z_power)^2 variance / (limit - gap)^2. Even where they never disagree the
 * test takes z_alpha^2 (1 - limit) / limit samples.
 *
 * @param discordance Share of samples that exactly one of the two variants gets right.
 * @param gap What the gap truly is.
 * @throws RangeError if a share is out of range or the gap not below the limit.
 * @example imagesNeeded({ limit: 0.005, discordance: 0.01 }) // 2474
 */
export function imagesNeeded(options: ImagesOptions & { discordance: number; gap?: number }): number {
  const { limit, discordance, gap = 0, alpha = 0.05 } = options
  if (!(discordance >= Math.abs(gap) && discordance <= 1)) {
    throw new RangeError(`a discordance of ${discordance} does not go with a gap of ${gap}`)
  }
  if (!(gap < limit))
    throw new RangeError(`the gap is ${gap}: no number of samples upholds a limit of ${limit}`)
  const needed = normalSampleSize(discordance - gap ** 2, limit - gap, alpha, powerOfEach(options))
  return Math.max(needed, leastImages(limit, alpha))
}

/**
 * The largest share of samples on which two variants with no gap may disagree so that so many samples still uphold
 * `gap < limit`; undefined if they are too few for any.
 *
 * @throws RangeError if the limit or a probability is out of range.
 * @example discordanceSupported(1000, { limit: 0.005 }) // 0.00404
 */
export function discordanceSupported(samples: number, options: ImagesOptions): number | undefined {
  const { limit, alpha = 0.05 } = options
  if (!(limit > 0 && limit < 1)) throw new RangeError(`the limit is ${limit}, not between 0 and 1`)
  if (samples < leastImages(limit, alpha)) return undefined
  return Math.min(1, (samples * limit ** 2) / zSum(alpha, powerOfEach(options)) ** 2)
}

/** Samples that Tango's test takes where no sample tells the variants apart. */
function leastImages(limit: number, alpha: number): number {
  const z = normalQuantile(1 - alpha, 0, 1)
  return limit >= 1 ? 1 : Math.ceil((z ** 2 * (1 - limit)) / limit)
}

/** Both of two sides hold with `power` where each fails half as often. */
function powerOfEach({ power = 0.8, sides = 1 }: ImagesOptions): number {
  return sides === 2 ? (1 + power) / 2 : power
}

/**
 * Inferences that a clause about the p-quantile of latency takes at least: where none is above the limit (Wilks, 1941).
 *
 * @param designEffect Of bursts: how many inferences tell as much as one independent one.
 * @throws RangeError if p or alpha is out of range, or the design effect below 1.
 * @example inferencesNeeded({ p: 0.99 }) // 299
 */
export function inferencesNeeded(options: { p: number; alpha?: number; designEffect?: number }): number {
  const { p, alpha = 0.05, designEffect = 1 } = options
  checkProbability(p, 'p')
  checkProbability(alpha, 'alpha')
  if (!(designEffect >= 1)) throw new RangeError(`the design effect is ${designEffect}, not at least 1`)
  return Math.ceil((designEffect * Math.log(alpha)) / Math.log(p))
}

/**
 * Blocks that a test at a fixed number of them needs to tell a log ratio from the boundary, for advice after an
 * inconclusive run; the sequential test needs fewer where the difference is large and slightly more where it is small.
 *
 * @param spread Standard deviation of block log ratios; a robust one if there are spikes.
 * @param distance Of the true log ratio from the boundary.
 * @throws RangeError if the spread is negative or the distance 0.
 * @example blocksNeeded({ spread: 0.02, distance: 0.01 }) // 53
 */
export function blocksNeeded(options: {
  spread: number
  distance: number
  alpha?: number
  power?: number
}): number {
  const { spread, distance, alpha = 0.01, power = 0.9 } = options
  if (!(spread >= 0)) throw new RangeError(`the spread is ${spread}, not a positive number`)
  if (!(Math.abs(distance) > 0)) throw new RangeError(`no number of blocks shows a distance of ${distance}`)
  return normalSampleSize(spread ** 2, distance, alpha, power)
}

/** Values of the given variance that a one-sided z test needs for the power at the distance; at least 1. */
function normalSampleSize(variance: number, distance: number, alpha: number, power: number): number {
  return Math.max(1, Math.ceil((zSum(alpha, power) ** 2 * variance) / distance ** 2))
}

function zSum(alpha: number, power: number): number {
  checkProbability(alpha, 'alpha')
  checkProbability(power, 'power')
  return normalQuantile(1 - alpha, 0, 1) + normalQuantile(power, 0, 1)
}
