import type { Bound, Clause } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'
import { withTolerance } from './evaluation.ts'

/** A bound that is a number, or, if it was measured, an interval of numbers. */
export type ValueBound = Extract<Bound, { readonly kind: 'value' }>

/**
 * A verdict that stands whatever the bound is within its interval; inconclusive if its ends disagree, and where the bound
 * is not known at all (NaN), as of a quantity that is measured to be stored.
 */
export function againstBound(
  clause: Clause,
  { value, interval }: ValueBound,
  decide: (limit: number) => Verdict,
): Verdict {
  if (Number.isNaN(value)) return 'inconclusive'
  if (!interval) return decide(withTolerance(value, clause))
  const [low, high] = [interval.lower, interval.upper].map(end => decide(withTolerance(end, clause)))
  return low === high ? low! : 'inconclusive'
}
