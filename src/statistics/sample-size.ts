import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { checkProbability } from './check.ts'

/**
 * Labelled samples that an accuracy clause needs: so many that `gap < limit` is upheld with probability `power`.
 *
 * Only samples on which the variants disagree vary the gap, with variance discordance - gap^2 a sample; the normal
 * approximation of Tango's test gives (z_alpha + z_power)^2 variance / (limit - gap)^2.
 *
 * @param discordance Share of samples that exactly one of the two variants gets right.
 * @param gap What the gap truly is.
 * @throws RangeError where a share is out of range or the gap not below the limit.
 * @example imagesNeeded({ limit: 0.005, discordance: 0.01 }) // 2474
 */
export function imagesNeeded(options: {
  limit: number
  discordance: number
  gap?: number
  alpha?: number
  power?: number
}): number {
  const { limit, discordance, gap = 0, alpha = 0.05, power = 0.8 } = options
  if (!(discordance >= Math.abs(gap) && discordance <= 1)) {
    throw new RangeError(`a discordance of ${discordance} does not go with a gap of ${gap}`)
  }
  if (!(gap < limit))
    throw new RangeError(`the gap is ${gap}: no number of samples upholds a limit of ${limit}`)
  return normalSampleSize(discordance - gap ** 2, limit - gap, alpha, power)
}

/**
 * Blocks that a test at a fixed number of them needs to tell a log ratio from the boundary, for advice after an
 * inconclusive run; the sequential test needs fewer where the difference is large and slightly more where it is small.
 *
 * @param spread Standard deviation of block log ratios; a robust one where there are spikes.
 * @param distance Of the true log ratio from the boundary.
 * @throws RangeError where the spread is negative or the distance 0.
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
  checkProbability(alpha, 'alpha')
  checkProbability(power, 'power')
  const z = normalQuantile(1 - alpha, 0, 1) + normalQuantile(power, 0, 1)
  return Math.max(1, Math.ceil((z ** 2 * variance) / distance ** 2))
}
