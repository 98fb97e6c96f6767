import { jsonText } from '../json-text.ts'
import type { ReportedRun, RunEvidence } from './ci/reported-run.ts'

/** Evidence as JSON, indented; the order of properties does not depend on the code that made them. */
export function evidenceJson(evidence: readonly (RunEvidence | ReportedRun)[]): string {
  return jsonText(evidence, sorted)
}

function sorted(_key: string, value: unknown): unknown {
  if (Number.isNaN(value)) return 'NaN'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
