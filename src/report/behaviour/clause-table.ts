import type { ClauseOutcome } from '../../contract/evidence.ts'
import { type OutcomeState, stateOf } from '../ci/reported-run.ts'
import { escapeHtml } from '../escape-html.ts'
import { formatEstimate } from '../format-estimate.ts'
import { formatSamples } from '../format-outcome.ts'
import { formatValue } from '../format-value.ts'
import { intervalChart } from './interval-chart.ts'

export const stateWords: Readonly<Record<OutcomeState, string>> = {
  upheld: '✓ upheld',
  violated: '✗ violated',
  inconclusive: '? inconclusive',
  error: '! cannot be evaluated',
}

/** What the parts of the charts mean. */
const legend = `<p class="dim legend"><svg class="interval" viewBox="0 0 64 28" aria-hidden="true"><rect class="kept" x="0" y="0" width="18" height="28"/><line class="bound" x1="18" x2="18" y1="0" y2="28"/><line class="range" x1="32" x2="60" y1="14" y2="14"/><line class="range" x1="32" x2="32" y1="9" y2="19"/><line class="range" x1="60" x2="60" y1="9" y2="19"/><circle cx="46" cy="14" r="5"/></svg> Dot: estimate, in its interval. Dashed: the bound. Shaded: the side that keeps the promise. Each chart has its own scale.</p>`

/**
 * The clauses of a contract with their verdicts.
 *
 * @param of names the contract in the addresses of its clauses
 */
export function clauseTable(outcomes: readonly ClauseOutcome[], of: string): string {
  const rows = outcomes.map((outcome, i) => row(outcome, `${of}-clause-${i + 1}`))
  const isDrawn = rows.some(text => text.includes('<svg'))
  return `${isDrawn ? `${legend}\n` : ''}<div class="scroll" tabindex="0"><table class="clauses"><thead><tr><th scope="col">Verdict</th><th scope="col">Promised</th><th scope="col">Found, against the bound</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

function row(outcome: ClauseOutcome, id: string): string {
  const state = stateOf(outcome)
  const because =
    outcome.because === undefined ? '' : `<br><span class="dim">${escapeHtml(outcome.because)}</span>`
  const clause = `<a href="#${id}"><code>${escapeHtml(outcome.clause)}</code></a>${because}`
  return `<tr id="${id}" class="is-${state}"><td class="verdict ${state}">${stateWords[state]}</td><td>${clause}</td><td>${found(outcome)}</td></tr>`
}

function found(outcome: ClauseOutcome): string {
  if ('error' in outcome) return outcome.error.split('\n').map(escapeHtml).join('<br>')
  const { estimate, bound, samples, verdict, reason, advice } = outcome
  const parts = [
    formatEstimate(estimate),
    ...(bound === undefined ? [] : [`bound ${formatValue(bound, estimate.unit)}`]),
    formatSamples(samples),
  ]
  const lines = [
    `${escapeHtml(estimate.of)}: ${escapeHtml(parts.join(', '))}`,
    ...(verdict === 'upheld' ? [] : [escapeHtml(reason)]),
    ...(advice === undefined ? [] : [`To decide it: ${escapeHtml(advice)}`]),
  ]
  const chart = intervalChart(outcome)
  return `${chart && `<div class="${verdict}">${chart}</div>`}<span class="dim">${lines.join('<br>')}</span>`
}
