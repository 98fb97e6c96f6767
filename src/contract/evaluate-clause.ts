import type { Engines } from '../builder/engine.ts'
import { InputError } from '../errors.ts'
import { realClock } from '../measure/clock.ts'
import { aboutClause } from './about-clause.ts'
import type { Baselines } from './baselines/baselines.ts'
import { type BaselineClause, evaluateBaseline } from './baselines/evaluate-baseline.ts'
import type { Clause, DecidableClause } from './clause/clause.ts'
import { usualAlpha } from './evaluate/evaluation.ts'
import type { ClauseResult } from './evidence.ts'
import { leastMillisecondsBetween } from './in-turns.ts'
import { metricOf } from './metric-of.ts'
import type { Evaluation } from './metrics/metric.ts'
import { variantsInFloat } from './variants-in-float.ts'

export type ClauseOptions = Partial<
  Pick<Evaluation, 'alpha' | 'resume' | 'signal' | 'anotherTime' | 'onProgress' | 'onNotice'>
> & {
  /** What clauses about a baseline are held against. */
  readonly baselines?: Baselines | undefined
}

/**
 * Evaluates one clause into a verdict: measures what it talks about and decides.
 *
 * Throws InputError if the clause cannot be evaluated: that is an error, never a verdict.
 */
export async function evaluateClause(
  clause: Clause,
  engines: Engines,
  { baselines, ...options }: ClauseOptions = {},
): Promise<ClauseResult> {
  const start = performance.now()
  const { metrics: added, alpha = usualAlpha.violated } = Object.values(engines)[0]?.context ?? {}
  const known: Evaluation['metricOf'] = quantity => metricOf(quantity, added)
  const { evaluate } = known(clause.quantity)
  // Of a clause that is evaluated alone: some time later.
  const { anotherTime = () => realClock.pause(leastMillisecondsBetween, options.signal) } = options
  let waited = 0
  const evaluation = {
    alpha: { ...usualAlpha, violated: alpha },
    engines,
    metricOf: known,
    ...options,
    anotherTime: async () => {
      const left = performance.now()
      await anotherTime()
      waited += performance.now() - left
    },
  }
  const finding = isDecidable(clause)
    ? await evaluate({ ...evaluation, clause })
    : await evaluateBaseline(clause as BaselineClause, evaluation, baselinesFor(clause, baselines))
  const inFloat = variantsInFloat(clause, engines)
  return {
    ...aboutClause(clause),
    ...finding,
    ...(inFloat.length > 0 && { inFloat }),
    seconds: (performance.now() - start - waited) / 1000,
  }
}

function isDecidable(clause: Clause): clause is DecidableClause {
  return clause.bound.kind !== 'baseline'
}

function baselinesFor({ text }: Clause, baselines: Baselines | undefined): Baselines {
  if (baselines) return baselines
  throw new InputError(
    `\`${text}\`: baselines are kept beside contract files and specs, and here is neither: compare with a number or another variant`,
  )
}
