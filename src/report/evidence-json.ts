import type { ReportedRun, RunEvidence } from './ci/reported-run.ts'

/** Evidence as JSON, indented; the order of properties does not depend on the code that made them. */
export function evidenceJson(evidence: readonly (RunEvidence | ReportedRun)[]): string {
  return `${JSON.stringify(evidence, sorted, 2)}\n`
}

/** JSON has no infinity: outputs that are equal have a ratio of "Infinity". */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
