import type { Engines } from '../builder/engine.ts'
import { aboutClause } from '../contract/about-clause.ts'
import type { Baselines } from '../contract/baselines/baselines.ts'
import type { Clause } from '../contract/clause/clause.ts'
import type { InconclusivePolicy } from '../contract/contract.ts'
import type { Alpha } from '../contract/evaluate/evaluation.ts'
import { evaluateClause } from '../contract/evaluate-clause.ts'
import type { ClauseOutcome, ClauseResult } from '../contract/evidence.ts'
import { InputError, messageOf } from '../errors.ts'
import { formatOutcome } from '../report/format-outcome.ts'

export interface Expectation {
  /** `.not`: the clause is expected to be violated. Neither an inconclusive clause nor an error is that. */
  readonly isNot?: boolean
  /** Whether a clause that the samples do not decide fails (default) or is returned like an upheld one. */
  readonly onInconclusive?: InconclusivePolicy
  readonly alpha?: Alpha
  /** What clauses about a baseline are held against. */
  readonly baselines?: Baselines
  /** Receives what was found, whatever is made of it. */
  readonly onOutcome?: (outcome: ClauseOutcome) => void
  /** Receives one line that says what is going on. */
  readonly onProgress?: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** Evaluates a clause and throws if its verdict is not the expected one, or where there is none. */
export async function expectUpheld(
  clause: Clause,
  engines: Engines,
  { isNot = false, onInconclusive = 'fail', onOutcome, ...options }: Expectation,
): Promise<ClauseResult> {
  const result = await alone(() => evaluate(clause, engines, { ...options, ...(onOutcome && { onOutcome }) }))
  onOutcome?.(result)
  if (result.verdict === (isNot ? 'violated' : 'upheld')) return result
  if (result.verdict === 'inconclusive' && onInconclusive === 'warn' && !isNot) return result
  const error = new Error(
    isNot ? `expected not to be upheld:\n${formatOutcome(result)}` : formatOutcome(result),
  )
  error.name = 'AssertionError'
  throw error
}

/** The clause that measures, or is the last in the queue. */
let last: Promise<unknown> = Promise.resolve()

/**
 * A mutex for this process, first come, first served: two clauses that measure at the same time, because nobody awaited
 * the first, would measure each other.
 */
function alone<Result>(task: () => Promise<Result>): Promise<Result> {
  const run = last.then(task, task)
  last = run.catch(() => {})
  return run
}

async function evaluate(
  clause: Clause,
  engines: Engines,
  { onOutcome, ...options }: Omit<Expectation, 'isNot' | 'onInconclusive'>,
): Promise<ClauseResult> {
  const { signal } = options
  try {
    signal?.throwIfAborted()
    return await evaluateClause(clause, engines, options)
  } catch (cause) {
    signal?.throwIfAborted()
    const outcome = { ...aboutClause(clause), error: messageOf(cause) }
    onOutcome?.(outcome)
    if (cause instanceof InputError) throw new InputError(formatOutcome(outcome).split('\n'))
    throw new Error(formatOutcome(outcome), { cause })
  }
}
