import type { Comparison } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'
import { type Alpha, compareInterval } from './evaluation.ts'
import type { MeanScore } from './mean-score.ts'

/** Verdict about a figure that is known up to an interval: each of the two verdicts errs as seldom as its own alpha says. */
export function oneSidedVerdict(
  { interval }: Pick<MeanScore, 'interval'>,
  comparison: Comparison,
  bound: number,
  alpha: Alpha,
): Verdict {
  if (compareInterval(interval(alpha.violated), comparison, bound) === 'violated') return 'violated'
  return compareInterval(interval(alpha.upheld), comparison, bound) === 'upheld' ? 'upheld' : 'inconclusive'
}
