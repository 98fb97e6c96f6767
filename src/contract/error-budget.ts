import { holmAlpha } from '../statistics/holm.ts'
import type { Clause } from './clause/clause.ts'
import type { Contract } from './contract.ts'
import { type Alpha, usualAlpha } from './evaluate/evaluation.ts'
import type { ClauseOutcome } from './evidence.ts'
import { metrics } from './metrics.ts'

/** Shares the error probability of a contract among its clauses, which are evaluated one after the other. */
export interface ErrorBudget {
  /** Error rates of the next clause. */
  readonly alpha: Alpha
  record(outcome: ClauseOutcome): void
}

/**
 * Without `errorBudget` each clause has an alpha of its own, and among 20 clauses that hold one is called violated in one
 * run of five. With it, any false alarm at all is as rare as it says (Holm's rule).
 */
export function errorBudget({ errorBudget: total, clauses, spec }: Contract): ErrorBudget {
  if (total === undefined) return { alpha: usualAlpha, record: () => {} }
  const { evaluation } = spec
  const isSample = typeof evaluation === 'object' && evaluation.is === 'sample'
  const estimated = new Set(clauses.filter(clause => isEstimated(clause, isSample)).map(({ text }) => text))
  const count = Math.max(1, estimated.size)
  let violated = 0
  return {
    get alpha() {
      const rejected = Math.min(violated, count - 1)
      return { ...usualAlpha, violated: holmAlpha({ alpha: total, count, rejected }) }
    },
    record(outcome) {
      const isViolated = 'verdict' in outcome && outcome.verdict === 'violated'
      if (isViolated && estimated.has(outcome.clause)) violated++
    },
  }
}

/** Whether a verdict can err: what is known exactly needs no share of the budget. */
function isEstimated({ quantity }: Clause, isSample: boolean): boolean {
  const kind = metrics.find(({ name }) => name === quantity.metric)?.kind
  if (quantity.metric === 'size' || quantity.metric === 'build time') return false
  return kind === 'throughput' || kind === 'latency' || kind === 'bytes' || isSample
}
