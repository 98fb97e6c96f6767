import type { Engines } from '../builder/engine.ts'
import { aboutClause } from './about-clause.ts'
import type { Clause } from './clause/clause.ts'
import { usualAlpha } from './evaluate/evaluation.ts'
import type { ClauseResult } from './evidence.ts'
import { metricOf } from './metric-of.ts'
import type { Evaluation } from './metrics/metric.ts'

/**
 * Evaluates one clause into a verdict: measures what it talks about and decides.
 *
 * Throws InputError if the clause cannot be evaluated: that is an error, never a verdict.
 */
export async function evaluateClause(
  clause: Clause,
  engines: Engines,
  options: Partial<Pick<Evaluation, 'alpha' | 'resume' | 'signal' | 'onProgress' | 'onNotice'>> = {},
): Promise<ClauseResult> {
  const start = performance.now()
  const added = Object.values(engines)[0]?.context.metrics
  const known: Evaluation['metricOf'] = quantity => metricOf(quantity, added)
  const { evaluate } = known(clause.quantity)
  const finding = await evaluate({ alpha: usualAlpha, clause, engines, metricOf: known, ...options })
  return {
    ...aboutClause(clause),
    ...finding,
    seconds: (performance.now() - start) / 1000,
  }
}
