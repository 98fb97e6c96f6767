import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Comparison } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'
import { decidingEnds } from './deciding-ends.ts'
import { type Alpha, compareInterval } from './evaluation.ts'

/** Verdict about a figure that is known up to an interval: each of the two verdicts errs as seldom as its own alpha says. */
export function oneSidedVerdict(
  interval: (level: number) => Interval,
  comparison: Comparison,
  bound: number,
  alpha: Alpha,
): Verdict {
  return compareInterval(decidingEnds(interval, comparison, alpha), comparison, bound)
}
