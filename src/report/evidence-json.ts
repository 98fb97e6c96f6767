import type { ClauseOutcome, ContractEvidence } from '../contract/evidence.ts'

/** What came of one contract: its evidence, or why there is none. */
export type RunEvidence = ContractEvidence | Failure

interface Failure {
  readonly contract: string
  readonly error: string
  /** Of the clauses that were evaluated before it, if there were any. */
  readonly outcomes?: readonly ClauseOutcome[]
}

/** Evidence as JSON, indented; the order of properties does not depend on the code that made them. */
export function evidenceJson(evidence: readonly RunEvidence[]): string {
  return `${JSON.stringify(evidence, sorted, 2)}\n`
}

/** JSON has no infinity: outputs that are equal have a ratio of "Infinity". */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
