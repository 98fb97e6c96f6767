import { parseClause } from '../contract/clause/parse-clause.ts'
import { InputError } from '../errors.ts'
import { checkEngine } from './check-engines.ts'
import type { Question } from './evaluate-in-test.ts'

/** Options of the matchers that compare two engines. */
export interface ComparisonOptions {
  /** The slack granted: `2%`, of the other's fps or in percentage points of accuracy. None if it is absent. */
  readonly within?: `${number}%`
}

/** The clause `<received> <metric> >= <other> <metric> within <within>` about two engines. */
export function compareEngines(
  matcher: string,
  received: unknown,
  other: unknown,
  metric: 'fps' | 'accuracy',
  { within }: ComparisonOptions,
): Question {
  const a = checkEngine(received, matcher)
  const b = checkEngine(other, matcher)
  if (a.context !== b.context) {
    throw new InputError(
      `${matcher}: \`${a.variant}\` and \`${b.variant}\` come from two builds; build them with one \`buildEngines\`, so that target and data are the same`,
    )
  }
  const text = `${a.variant} ${metric} >= ${b.variant} ${metric}${within ? ` within ${within}` : ''}`
  return {
    clause: parseClause(text, { variants: [a.variant, b.variant] }),
    engines: { [a.variant]: a, [b.variant]: b },
  }
}
