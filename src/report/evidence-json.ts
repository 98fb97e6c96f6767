import type { ContractEvidence } from '../contract/evidence.ts'

/** Evidence as JSON, indented; the order of properties does not depend on the code that made them. */
export function evidenceJson(evidence: ContractEvidence | readonly ContractEvidence[]): string {
  return `${JSON.stringify(evidence, sorted, 2)}\n`
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
