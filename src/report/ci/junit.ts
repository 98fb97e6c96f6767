import type { ClauseOutcome } from '../../contract/evidence.ts'
import { escapeHtml } from '../escape-html.ts'
import { formatOutcome } from '../format-outcome.ts'
import { type ReportedRun, stateOf } from './reported-run.ts'

/**
 * What contracts came to in the XML that CI services read test results from: a suite for each contract, a case for each
 * clause. https://github.com/testmoapp/junitxml
 */
export function formatJunit(runs: readonly ReportedRun[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="quantract">',
    ...runs.map(suite),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(run: ReportedRun): string {
  const { title, file, outcomes, failure, seconds, startedAt } = run
  const cases = outcomes.map(outcome => testCase(outcome, run))
  if (failure !== undefined)
    cases.push(
      element('testcase', { name: 'the contract', classname: file }, [
        element('error', { message: failure.split('\n')[0]! }, [text(failure)]),
      ]),
    )
  const count = (tag: string) => cases.filter(each => each.includes(`<${tag} `)).length
  const attributes = {
    name: title,
    file,
    tests: String(cases.length),
    failures: String(count('failure')),
    errors: String(count('error')),
    ...(seconds !== undefined && { time: seconds.toFixed(3) }),
    ...(startedAt !== undefined && { timestamp: startedAt }),
  }
  return element('testsuite', attributes, cases)
}

function testCase(outcome: ClauseOutcome, { file, onInconclusive }: ReportedRun): string {
  const state = stateOf(outcome)
  const attributes = {
    name: outcome.clause,
    classname: file,
    file,
    ...(outcome.place && { line: String(outcome.place.line) }),
    ...('seconds' in outcome && { time: outcome.seconds.toFixed(3) }),
  }
  const said = formatOutcome(outcome)
  const isFine = state === 'upheld' || (state === 'inconclusive' && onInconclusive === 'warn')
  if (isFine) return element('testcase', attributes, [element('system-out', {}, [text(said)])])
  const tag = state === 'error' ? 'error' : 'failure'
  const message = 'error' in outcome ? outcome.error.split('\n')[0]! : `${state}: ${outcome.reason}`
  return element('testcase', attributes, [element(tag, { message, type: state }, [text(said)])])
}

function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly string[],
): string {
  const words = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
  return `<${tag}${words.join('')}>${content.join('\n')}</${tag}>`
}

function text(lines: string): string {
  return lines.split('\n').map(escapeHtml).join('\n')
}
