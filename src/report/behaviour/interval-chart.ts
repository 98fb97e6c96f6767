import type { ClauseResult } from '../../contract/evidence.ts'
import { escapeHtml } from '../escape-html.ts'
import { formatEstimate } from '../format-estimate.ts'
import { formatValue } from '../format-value.ts'

/** Colours for where no style sheet is, readable on light and dark. */
const ownStyle =
  '<style>svg{color:#1a7f37}.violated{color:#c01c28}.inconclusive{color:#8a5a00}.kept{fill:#1a7f37;opacity:.18}.bound{stroke:#7d8590;stroke-width:2;stroke-dasharray:4 3}.range{stroke:currentColor;stroke-width:2}circle{fill:currentColor}</style>'

/** The chart as a file of its own. */
export function intervalImage(result: ClauseResult): string {
  return intervalChart(result).replace(
    /^<svg ([^>]*)>/,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * width}" $1>${ownStyle}`,
  )
}

const [width, height, margin] = [260, 36, 12]
const middle = 14

/**
 * The estimate of a clause with its interval against the bound, as SVG without text: the sides of the bound differ in shade,
 * the one that keeps it is the darker. Empty if the clause has no bound in numbers.
 */
export function intervalChart({ clause, estimate, bound, verdict }: ClauseResult): string {
  const { value, unit } = estimate
  if (bound === undefined || Number.isNaN(bound) || !Number.isFinite(value)) return ''
  const [lower, upper] = [estimate.lower, estimate.upper].map(end => (Number.isNaN(end) ? value : end)) as [
    number,
    number,
  ]
  const ends = [value, lower, upper, bound].filter(Number.isFinite)
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  const pad = Math.max((most - least) * 0.15, Math.abs(most) * 0.02, 1e-12)
  const x = (at: number) => {
    const share = (at - (least - pad)) / (most - least + 2 * pad)
    return Number((margin + Math.min(1, Math.max(0, share)) * (width - 2 * margin)).toFixed(1))
  }
  const comparison = /[<>≤≥]/.exec(clause)?.[0]
  const wantsMore = comparison === '>' || comparison === '≥'
  const kept = wantsMore ? [x(bound), width] : [0, x(bound)]
  const label = `${estimate.of}: ${formatEstimate(estimate)}; the bound is ${formatValue(bound, unit)}: ${verdict}`
  return [
    `<svg class="interval ${verdict}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">`,
    `<rect class="kept" x="${kept[0]}" y="0" width="${(kept[1]! - kept[0]!).toFixed(1)}" height="28"/>`,
    `<line class="bound" x1="${x(bound)}" x2="${x(bound)}" y1="0" y2="28"/>`,
    `<line class="range" x1="${x(lower)}" x2="${x(upper)}" y1="${middle}" y2="${middle}"/>`,
    ...[lower, upper].map(end => `<line class="range" x1="${x(end)}" x2="${x(end)}" y1="9" y2="19"/>`),
    `<circle cx="${x(value)}" cy="${middle}" r="5"/>`,
    '</svg>',
  ].join('')
}
