import type { ClauseOutcome } from '../../contract/evidence.ts'
import type { Place } from '../../contract/file/located-json.ts'
import { placeInMessage } from '../../contract/file/place-of-error.ts'
import { formatOutcome } from '../format-outcome.ts'
import { type ReportedRun, stateOf } from './reported-run.ts'

/**
 * Workflow commands of GitHub that put what was found beside the line of its clause: errors for what fails the run, warnings
 * for what does not. One that is upheld needs no place.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubCommands(run: ReportedRun): string[] {
  const { file, failure } = run
  const outcomes = run.outcomes.flatMap(outcome => {
    const level = levelOf(outcome, run)
    return level ? [command(level, { file, ...outcome.place }, outcome.clause, formatOutcome(outcome))] : []
  })
  if (failure === undefined) return outcomes
  return [...outcomes, command('error', { file, ...placeInMessage(failure) }, file, failure)]
}

function levelOf(outcome: ClauseOutcome, { onInconclusive }: ReportedRun): 'error' | 'warning' | undefined {
  const state = stateOf(outcome)
  if (state === 'upheld') return undefined
  return state === 'inconclusive' && onInconclusive === 'warn' ? 'warning' : 'error'
}

function command(
  level: string,
  { file, line = 1, column = 1 }: Partial<Place> & { readonly file: string },
  title: string,
  message: string,
): string {
  const properties = { file, line: String(line), col: String(column), title }
  const words = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`)
  return `::${level} ${words.join(',')}::${escapedData(message)}`
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
