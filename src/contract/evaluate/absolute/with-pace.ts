import type { ValueBound } from '../against-bound.ts'
import { percent } from '../pace-words.ts'

/** A machine whose pace is another by more than this is as another machine: no figure of it tells what one here would be. */
const mostRatio = 1.15

/** A bound as it counts at the pace of now. */
export interface PacedBound {
  readonly bound: ValueBound
  /** Why it says nothing here; absent if it does. */
  readonly isOther?: string
}

/**
 * A bound that was measured at another pace of the machine: what the pace explains belongs to its interval. An engine may
 * follow the pace or not - memory does not - so both ends count.
 *
 * @param probe what a probe of the pace takes now, in us
 */
export function withPace(bound: ValueBound, probe: number | undefined, higherIsFaster: boolean): PacedBound {
  const { interval, probe: then } = bound
  if (!interval || probe === undefined || then === undefined) return { bound }
  const slower = probe / then
  if (Math.max(slower, 1 / slower) > mostRatio) {
    const isOther = `the machine runs at ${percent(1 / slower)} of the pace at which the baseline was measured`
    return { bound, isOther }
  }
  const factor = higherIsFaster ? 1 / slower : slower
  const lower = Math.min(interval.lower, interval.lower * factor)
  const upper = Math.max(interval.upper, interval.upper * factor)
  return { bound: { ...bound, interval: { lower, upper } } }
}
