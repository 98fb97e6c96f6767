import type { ValueBound } from '../against-bound.ts'
import { percent } from '../pace-words.ts'

/** A machine whose pace is another by more than this is as another machine: no figure of it tells what one here would be. */
const mostRatio = 1.15

/** A bound as it counts at the pace of now. */
export interface PacedBound {
  readonly bound: ValueBound
  /** Set if the machine is as another one. */
  readonly other?: OtherPace
}

/** A pace that is too far from that of the bound. */
export interface OtherPace {
  readonly reason: string
  /** The verdict that stands all the same: a slower machine makes an engine no faster. */
  readonly decides: 'upheld' | 'violated'
}

/**
 * A bound that was measured at another pace of the machine: what the pace explains belongs to its interval. An engine may
 * follow the pace or not - memory does not - so both ends count.
 *
 * @param probe what a probe of the pace takes now, in us
 * @param metric whether more of it is faster, and which way the clause wants it
 */
export function withPace(
  bound: ValueBound,
  probe: number | undefined,
  { higherIsFaster, wantsFast }: { readonly higherIsFaster: boolean; readonly wantsFast: boolean },
): PacedBound {
  const { interval, probe: then } = bound
  if (!interval || probe === undefined || then === undefined) return { bound }
  const slower = probe / then
  const factor = higherIsFaster ? 1 / slower : slower
  const lower = Math.min(interval.lower, interval.lower * factor)
  const upper = Math.max(interval.upper, interval.upper * factor)
  const paced = { bound: { ...bound, interval: { lower, upper } } }
  if (Math.max(slower, 1 / slower) <= mostRatio) return paced
  const reason = `the machine runs at ${percent(1 / slower)} of the pace at which the baseline was measured`
  return { ...paced, other: { reason, decides: slower > 1 === wantsFast ? 'upheld' : 'violated' } }
}
