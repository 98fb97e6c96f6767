import { formatSummary } from '../format-summary.ts'
import type { ReportedRun } from './reported-run.ts'

/** What several contracts came to, @example `4 contracts: 9 clauses: 8 upheld, 1 violated; 3 could not be run` */
export function formatTotal(runs: readonly ReportedRun[]): string {
  const failed = runs.filter(({ failure }) => failure !== undefined).length
  const outcomes = runs.flatMap(run => run.outcomes)
  const parts = [
    ...(outcomes.length > 0 ? [formatSummary(outcomes)] : []),
    ...(failed > 0 ? [`${failed} could not be run`] : []),
  ]
  return `${runs.length} contracts: ${parts.join('; ')}`
}
