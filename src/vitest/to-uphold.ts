import type { MatcherResult, MatcherState } from 'vitest'
import { parseClause } from '../contract/clause/parse-clause.ts'
import { InputError } from '../errors.ts'
import { checkEngines } from './check-engines.ts'
import { evaluateInTest } from './evaluate-in-test.ts'

/**
 * Passes if the clause is upheld; fails if it is violated, inconclusive or cannot be evaluated. With `.not` it
 * passes if the clause is violated, and only there.
 *
 * @example await expect(engines).toUphold('implicit fps >= explicit fps')
 */
export function toUphold(this: MatcherState, received: unknown, text: string): MatcherResult {
  const engines = checkEngines(received, 'toUphold')
  if (typeof text !== 'string') {
    throw new InputError('toUphold: takes a clause as text, for example `implicit fps >= explicit fps`')
  }
  const metrics = Object.keys(Object.values(engines)[0]!.context.metrics)
  const clause = parseClause(text, { variants: Object.keys(engines), metrics })
  return evaluateInTest(this, toUphold, { clause, engines })
}
