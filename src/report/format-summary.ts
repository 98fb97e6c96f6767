import type { ClauseOutcome } from '../contract/evidence.ts'

/** How many clauses ended how, e.g. `4 clauses: 3 upheld, 1 violated`; what did not happen is left out. */
export function formatSummary(outcomes: readonly ClauseOutcome[]): string {
  const count = (state: string) =>
    outcomes.filter(outcome => ('error' in outcome ? 'error' : outcome.verdict) === state).length
  const parts = [
    [count('upheld'), 'upheld'],
    [count('violated'), 'violated'],
    [count('inconclusive'), 'inconclusive'],
    [count('error'), 'cannot be evaluated'],
  ] as const
  const ended = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`)
  return `${outcomes.length} ${outcomes.length === 1 ? 'clause' : 'clauses'}: ${ended.join(', ')}`
}
