import { holmAlpha } from '../statistics/holm.ts'
import type { Clause } from './clause/clause.ts'
import type { Contract } from './contract.ts'
import { type Alpha, usualAlpha } from './evaluate/evaluation.ts'
import type { ClauseOutcome } from './evidence.ts'
import { metricOf } from './metric-of.ts'

/** Shares the error probability of a contract among its clauses, which are evaluated one after the other. */
export interface ErrorBudget {
  /** Error rates of the next clause. */
  readonly alpha: Alpha
  /** Takes what became of a clause. */
  record(clause: Clause, outcome: ClauseOutcome): void
}

/**
 * Without `errorBudget` each clause has an alpha of its own, and among 20 clauses that hold one is called violated in one
 * run of five. With it, any false alarm at all is as rare as it says (Holm's rule).
 */
export function errorBudget({ errorBudget: total, clauses, spec }: Contract): ErrorBudget {
  const { violated: usual } = usualAlpha
  if (total === undefined) {
    return { alpha: { ...usualAlpha, violated: spec.alpha ?? usual }, record: () => {} }
  }
  const { evaluation } = spec
  const isSample = typeof evaluation === 'object' && evaluation.is === 'sample'
  // Whether a verdict can err: what is known exactly needs no share of the budget.
  const isEstimated = ({ quantity }: Clause) => {
    const { estimated } = metricOf(quantity, spec.metrics)
    return estimated === 'always' || (estimated === 'of a sample' && isSample)
  }
  const count = Math.max(1, clauses.filter(isEstimated).length)
  let violated = 0
  return {
    get alpha() {
      const rejected = Math.min(violated, count - 1)
      return { ...usualAlpha, violated: holmAlpha({ alpha: total, count, rejected }) }
    },
    record(clause, outcome) {
      const isViolated = 'verdict' in outcome && outcome.verdict === 'violated'
      if (isViolated && isEstimated(clause)) violated++
    },
  }
}
