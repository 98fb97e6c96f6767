import type { ContractEvidence } from '../contract/evidence.ts'
import { formatEngines } from './format-engines.ts'
import { formatHeader } from './format-header.ts'
import { formatOutcome } from './format-outcome.ts'
import { formatSummary } from './format-summary.ts'
import type { PaintOptions } from './paint.ts'

/** Everything that one run of a contract found, for a terminal. */
export function formatEvidence(evidence: ContractEvidence, options: PaintOptions = {}): string {
  return [
    formatHeader(evidence, options),
    formatEngines(evidence.engines, options),
    evidence.outcomes.map(outcome => formatOutcome(outcome, options)).join('\n'),
    formatSummary(evidence.outcomes),
  ].join('\n\n')
}
