import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { checkFinite } from './check.ts'
import type { SegmentStatistic } from './segment-statistic.ts'

/** How a comparison is cut into segments. */
export interface SegmentChoice {
  /** Timed inferences per segment. */
  readonly length: number
  readonly statistic: SegmentStatistic
}

/** What a pilot found of one way to cut. */
export interface SegmentPilot extends SegmentChoice {
  /** Log ratios of the quads. */
  readonly quads: readonly number[]
  /** Time that one quad takes, in seconds. */
  readonly seconds: number
}

/** A pilot is short: what looks a little better than the first choice is chance. */
const clearlyBetter = 0.4

/**
 * The way to cut that tells most per second: least variance x time. On a quiet machine that are segments of 5 and their
 * minimum, on a busy one short ones, because two engines meet the same disturbance only if they run close together.
 *
 * The spread is robust and taken about the median, so that exchanging the engines changes nothing: the choice is blind to
 * which of them is faster.
 *
 * @param pilots The first is chosen unless another is clearly better.
 * @param tolerance Of the clause: where the ratios of two ways differ by more, the first is chosen, because short segments
 *   then measure the switching between engines (cold caches) rather than the engines.
 * @throws RangeError if there is no pilot, or one has no quads.
 */
export function chooseSegments(pilots: readonly SegmentPilot[], tolerance: number): SegmentChoice {
  const [first, ...others] = pilots
  if (!first) throw new RangeError('there is no pilot to choose from')
  const centre = median([...first.quads])
  const best = others
    .filter(({ quads }) => Math.abs(median([...quads]) - centre) <= Math.log1p(tolerance))
    .reduce((best, next) => (cost(next) < cost(best) ? next : best), first)
  const { length, statistic } = cost(best) < clearlyBetter * cost(first) ? best : first
  return { length, statistic }
}

/** Variance of a quad x seconds. */
function cost({ quads, seconds }: SegmentPilot): number {
  checkFinite(quads, 'quads of a pilot')
  return medianAbsoluteDeviation([...quads]) ** 2 * seconds
}
