import type { PastFigure } from '../../contract/baselines/history.ts'
import type { InconclusivePolicy } from '../../contract/contract.ts'
import type { ClauseOutcome, ContractEvidence } from '../../contract/evidence.ts'

/** What came of one contract: its evidence, or why there is none. */
export type RunEvidence = ContractEvidence | Failure

interface Failure {
  readonly contract: string
  readonly error: string
  /** Of the clauses that were evaluated before it, if there were any. */
  readonly outcomes?: readonly ClauseOutcome[]
}

/** What came of one contract, or of the clauses of one test file, for the services that run it. */
export interface ReportedRun {
  /** Path of the file, relative to the working directory. */
  readonly file: string
  readonly title: string
  readonly outcomes: readonly ClauseOutcome[]
  /** Why it could not be run to its end; absent if it could. */
  readonly failure?: string | undefined
  /** Whether a clause that the samples do not decide fails the run. */
  readonly onInconclusive: InconclusivePolicy
  /** Commands that say why clauses do not hold. */
  readonly explain: readonly string[]
  /** The engines and where they ran; absent if nobody described them. */
  readonly ran?:
    | Pick<ContractEvidence, 'engines' | 'differing' | 'explanations' | 'environment' | 'target'>
    | undefined
  /** The baselines that the file has had, the oldest first. */
  readonly history?: readonly PastFigure[]
  /** ISO 8601, UTC. */
  readonly startedAt?: string
  readonly seconds?: number
}

/** What is to be reported of the evidence of a contract. */
export function reportedRun(
  evidence: RunEvidence,
  about: Pick<ReportedRun, 'file' | 'onInconclusive' | 'explain'>,
): ReportedRun {
  if ('error' in evidence) {
    return { ...about, title: about.file, outcomes: evidence.outcomes ?? [], failure: evidence.error }
  }
  const { title, outcomes, startedAt, seconds } = evidence
  return { ...about, title, outcomes, ran: evidence, startedAt, seconds }
}

export type OutcomeState = 'upheld' | 'violated' | 'inconclusive' | 'error'

export function stateOf(outcome: ClauseOutcome): OutcomeState {
  return 'error' in outcome ? 'error' : outcome.verdict
}
