import type { InconclusivePolicy } from '../contract/contract.ts'
import type { ClauseOutcome } from '../contract/evidence.ts'

/** How a command ends: all clauses upheld, one violated, one inconclusive, or something that cannot be evaluated. */
export const exitCodes = {
  upheld: 0,
  violated: 1,
  inconclusive: 2,
  notEvaluated: 3,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const byGravity: readonly ExitCode[] = [130, 3, 1, 2, 0]

/** The gravest of several; 0 if there is none. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return byGravity.find(code => codes.includes(code)) ?? exitCodes.upheld
}

/** What one clause does to the exit code. */
export function exitCodeOf(outcome: ClauseOutcome, onInconclusive: InconclusivePolicy): ExitCode {
  if ('error' in outcome) return exitCodes.notEvaluated
  if (outcome.verdict === 'inconclusive' && onInconclusive === 'warn') return exitCodes.upheld
  return exitCodes[outcome.verdict]
}
