import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Comparison } from '../clause/clause.ts'
import type { Alpha } from './evaluation.ts'

/** What an interval leaves open, and how sure that is. */
export interface DecidingEnds extends Interval {
  readonly confidence: number
}

/**
 * The bounds that a clause leaves undecided: each end errs as seldom as the verdict of its side. `violated` and `upheld` are
 * decided by it, so neither stands beside an interval that allows the opposite.
 *
 * @param interval with the one-sided error `level` at each end
 */
export function decidingEnds(
  interval: (level: number) => Interval,
  comparison: Comparison,
  alpha: Alpha,
): DecidingEnds {
  const [violated, upheld] = [interval(alpha.violated), interval(alpha.upheld)]
  const [below, above] = comparison.startsWith('<') ? [violated, upheld] : [upheld, violated]
  return { lower: below.lower, upper: above.upper, confidence: 1 - alpha.violated - alpha.upheld }
}
