import { relative } from 'node:path'
import { InputError } from '../../errors.ts'
import { type ReportedRun, type RunEvidence, reportedRun } from './reported-run.ts'

/**
 * Evidence of `check`, or what the reporter of Vitest has written.
 *
 * @throws InputError if the text holds something else
 */
export function readRuns(text: string, file: string): ReportedRun[] {
  const found = parsed(text)
  if (!Array.isArray(found) || !found.every(isRun)) {
    throw new InputError(
      `${file}: is no evidence: give what \`quantract check --json\` or the plugin of Vitest wrote, or a *.contract.json file`,
    )
  }
  return found.map((run: RunEvidence | ReportedRun) => {
    if ('file' in run) return run
    const path = run.contract === undefined ? 'compare' : relative('', run.contract)
    return reportedRun(run, { file: path, onInconclusive: 'fail', explain: [] })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, numbered)
  } catch {
    return undefined
  }
}

const figures = new Set(['value', 'lower', 'upper', 'bound'])

/** JSON has no NaN, and evidence of 0.1.0 has its infinities as texts as well. */
function numbered(key: string, value: unknown): unknown {
  const isNumber = value === 'NaN' || value === 'Infinity' || value === '-Infinity'
  return isNumber && figures.has(key) ? Number(value) : value
}

function isRun(value: unknown): boolean {
  const run = Object(value) as Partial<
    Record<'outcomes' | 'error' | 'failure' | 'file' | 'contract', unknown>
  >
  const isNamed = [run.file, run.contract].every(name => name === undefined || typeof name === 'string')
  const tells =
    Array.isArray(run.outcomes) || typeof run.error === 'string' || typeof run.failure === 'string'
  return isNamed && tells
}
