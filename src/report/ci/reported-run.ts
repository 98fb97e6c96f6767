import type { ClauseOutcome } from '../../contract/evidence.ts'
import type { RunEvidence } from '../evidence-json.ts'

/** What came of one contract, for the services that run it. */
export interface ReportedRun {
  /** Path of the contract, relative to the working directory. */
  readonly file: string
  readonly evidence: RunEvidence
  /** Whether a clause that the samples do not decide fails the run. */
  readonly onInconclusive: 'fail' | 'warn'
  /** Commands that say why clauses do not hold. */
  readonly explain: readonly string[]
}

export type OutcomeState = 'upheld' | 'violated' | 'inconclusive' | 'error'

export function stateOf(outcome: ClauseOutcome): OutcomeState {
  return 'error' in outcome ? 'error' : outcome.verdict
}

/** Of a run that could not be finished, why; undefined of all others. */
export function failureOf({ evidence }: ReportedRun): string | undefined {
  return 'error' in evidence ? evidence.error : undefined
}
