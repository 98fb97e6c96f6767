import { createHash } from 'node:crypto'
import { placeInMessage } from '../../contract/file/place-of-error.ts'
import { jsonText } from '../../json-text.ts'
import { formatOutcome } from '../format-outcome.ts'
import { type OutcomeState, type ReportedRun, stateOf } from './reported-run.ts'

/** A finding of GitLab's Code Quality. */
interface Issue {
  readonly description: string
  readonly check_name: string
  /** Of what was found and where, without figures: the same in two runs. */
  readonly fingerprint: string
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker'
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } }
}

const severities: Readonly<Record<Exclude<OutcomeState, 'upheld'>, Issue['severity']>> = {
  violated: 'major',
  inconclusive: 'minor',
  error: 'critical',
}

/**
 * What is not upheld in the JSON that GitLab shows in a merge request, beside the line of its clause.
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 *
 * @param runs with files as the repository names them
 */
export function formatCodeQuality(runs: readonly ReportedRun[]): string {
  return jsonText(runs.flatMap(issuesOf))
}

function issuesOf({ file, outcomes, failure, onInconclusive }: ReportedRun): Issue[] {
  const issues = outcomes.flatMap((outcome, position): Issue[] => {
    const state = stateOf(outcome)
    if (state === 'upheld') return []
    const warns = state === 'inconclusive' && onInconclusive === 'warn'
    const times = outcomes.slice(0, position).filter(({ clause }) => clause === outcome.clause).length
    return [
      {
        description: inOneLine(formatOutcome(outcome)),
        check_name: `quantract/${state === 'error' ? 'not-evaluated' : state}`,
        fingerprint: fingerprint(file, outcome.clause, state, String(times)),
        severity: warns ? 'info' : severities[state],
        location: { path: file, lines: { begin: outcome.place?.line ?? 1 } },
      },
    ]
  })
  if (failure === undefined) return issues
  const broken: Issue = {
    description: inOneLine(failure),
    check_name: 'quantract/not-evaluated',
    fingerprint: fingerprint(file, 'failure'),
    severity: severities.error,
    location: { path: file, lines: { begin: placeInMessage(failure)?.line ?? 1 } },
  }
  return [...issues, broken]
}

/** GitLab shows a description in one line. */
function inOneLine(text: string): string {
  return text
    .split('\n')
    .map(line => line.trim())
    .join('; ')
}

function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}
