import { checkCount } from '../check.ts'
import { alphaSpending } from './alpha-spending.ts'

/**
 * The block counts at which a sign-flip test is looked at: from the first at which it can reject at all, 5% apart, and
 * at the horizon.
 *
 * With n blocks the most extreme path shares its statistic with 2^-n of all paths, so nothing can be rejected before
 * the spent alpha reaches 2^-n. Looks that lie closer than 5% cost computing time for little news.
 *
 * @param horizon Most blocks that will be looked at.
 * @param minBlocks Least blocks for a verdict, if more are wanted than the test needs.
 * @throws RangeError if the horizon is too short for any verdict, or an option out of range.
 * @example lookSchedule({ alpha: 0.05, horizon: 40 }) // [5, 6, 7, ..., 30, 32, 34, 36, 38, 40]
 */
export function lookSchedule(options: { alpha: number; horizon: number; minBlocks?: number }): number[] {
  const { alpha, horizon, minBlocks = 1 } = options
  checkCount(minBlocks, 'minBlocks', 1)
  const { bits, spent } = alphaSpending({ alpha, horizon })
  let blocks = minBlocks
  while (blocks <= horizon && spent(blocks) < 2 ** Math.max(0, bits - blocks)) blocks++
  if (blocks > horizon) {
    throw new RangeError(`${horizon} blocks are too few for a verdict at alpha ${alpha}: at least ${blocks}`)
  }
  const looks: number[] = []
  for (; blocks < horizon; blocks = Math.max(blocks + 1, Math.round(1.05 * blocks))) looks.push(blocks)
  return [...looks, horizon]
}
