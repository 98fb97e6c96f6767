import type { ClauseOutcome, ClauseResult, Samples, Verdict } from '../contract/evidence.ts'
import { visibleText } from '../visible-text.ts'
import { formatBuilds } from './format-builds.ts'
import { formatEstimate } from './format-estimate.ts'
import { formatValue } from './format-value.ts'
import { type PaintOptions, paint } from './paint.ts'

const signs = { upheld: '✓', violated: '✗', inconclusive: '?', error: '!' } as const
const colors = { upheld: 'green', violated: 'red', inconclusive: 'yellow', error: 'red' } as const

/**
 * The outcome of one clause for a terminal: what was found, how sure it is, and what to do. Every face shows outcomes
 * in this layout.
 */
export function formatOutcome(outcome: ClauseOutcome, options: PaintOptions = {}): string {
  const state = 'error' in outcome ? 'error' : outcome.verdict
  const word = state === 'error' ? 'cannot be evaluated' : state
  const title = `${paint(colors[state], signs[state], options)} ${visibleText(outcome.clause)}`
  const lines = [
    ...(outcome.because === undefined ? [] : [`because: ${visibleText(outcome.because)}`]),
    ...('error' in outcome ? outcome.error.split('\n').map(visibleText) : resultLines(outcome, options)),
  ]
  return [`${title}: ${paint(colors[state], word, options)}`, ...lines.map(line => `    ${line}`)].join('\n')
}

function resultLines(result: ClauseResult, options: PaintOptions): string[] {
  const { estimate, samples, seconds, verdict, reason, advice, details, rule, builds, baseline } = result
  const { inFloat = [] } = result
  return [
    `${visibleText(estimate.of)}: ${formatEstimate(estimate)}; ${formatSamples(samples)}${duration(seconds)}`,
    ...reasonLines(verdict, reason),
    ...(advice === undefined ? [] : [`to decide it: ${visibleText(advice)}`]),
    ...inFloat.map(
      variant => `${visibleText(variant)} is the float model: its builder runs no layer in INT8`,
    ),
    ...(baseline?.isNew ? [`baseline written to ${visibleText(baseline.file)}`] : []),
    ...details.map(detail => paint('dim', `${detail.of}: ${formatEstimate(detail)}`, options)),
    ...(builds
      ? [builds.count > 1 ? visibleText(formatBuilds(builds)) : paint('dim', formatBuilds(builds), options)]
      : []),
    paint('dim', `rule: ${rule}`, options),
  ]
}

/** The line of numbers says already why an expectation is met. */
function reasonLines(verdict: Verdict, reason: string): string[] {
  return verdict === 'upheld' ? [] : [visibleText(reason)]
}

/** Nothing was measured where it took no time, as for a file size. */
function duration(seconds: number): string {
  return seconds < 0.1 ? '' : ` in ${formatValue(seconds, 's')}`
}

/** @example `24 blocks`, `1 file` */
export function formatSamples({ count, unit }: Samples): string {
  return `${count} ${count === 1 ? unit.replace(/(?<=launch)es$|s$/, '') : unit}`
}
