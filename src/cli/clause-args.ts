import type { InconclusivePolicy } from '../contract/contract.ts'
import type { Arguments } from './command-line.ts'
import { type Options, oneOf } from './options.ts'

/** Options of every command that evaluates clauses. */
export const clauseArgs = {
  json: { type: 'string', valueHint: 'file', description: 'Write the evidence to this file' },
  resume: {
    type: 'boolean',
    description: 'Go on where an earlier run was inconclusive: the evidence about speeds adds up',
  },
  'on-inconclusive': {
    type: 'string',
    valueHint: 'fail|warn',
    description: 'What an inconclusive clause does: fail (default), or let the run pass with a warning',
  },
} as const satisfies Arguments

/** What to do with clauses that the samples do not decide, if the command line says it. */
export function inconclusivePolicy(options: Options): InconclusivePolicy | undefined {
  return oneOf(options, 'on-inconclusive', ['fail', 'warn'])
}
