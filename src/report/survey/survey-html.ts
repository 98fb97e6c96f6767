import { formatTarget } from '../../backends/format-target.ts'
import type { Estimate } from '../../contract/evidence.ts'
import {
  type AccuracyAsked,
  type FormOnTarget,
  type JudgedCell,
  surveyAnswer,
  usualAccuracy,
} from '../../contract/survey/survey-answer.ts'
import type { SurveyCell } from '../../contract/survey/survey-cell.ts'
import { reportStyle } from '../behaviour/report-style.ts'
import { escapeHtml } from '../escape-html.ts'
import { formatEstimate } from '../format-estimate.ts'
import { machineLines } from '../format-header.ts'
import { cellId, missingKey, orderChanges, surveyOverview } from './survey-overview.ts'
import { clausesOf, floatOf, formCells, missingLines, surveyHeader } from './survey-rows.ts'

const style = `${reportStyle}
.speed { width: 260px; max-width: 100%; height: 16px; display: block; } .speed rect { fill: var(--bar); opacity: 0.55; }
.speed line { stroke: currentColor; stroke-width: 2; } .answer { font-size: 1.15rem; } .refused { color: var(--inconclusive); } .fastest { color: var(--upheld); font-weight: 600; }
.standing { display: block; } td:has(> .speed) { min-width: 9rem; } table.overview td { min-width: 9rem; } table.overview td.best { box-shadow: inset 3px 0 0 var(--upheld); padding-left: 0.5rem; } h3 { margin: 1.6rem 0 0.2rem; font-size: 1.05rem; }`

/** A survey as one HTML file that needs nothing else, no script either. */
export function surveyHtml(cells: readonly SurveyCell[], asked: AccuracyAsked = usualAccuracy): string {
  const answer = surveyAnswer(cells, asked)
  const failed = cells.flatMap(cell =>
    'error' in cell ? [{ title: cell.title, target: formatTarget(cell.target) }] : [],
  )
  const all = [...answer.cells, ...failed]
  const [titles, targets] = [
    [...new Set(all.map(({ title }) => title))],
    [...new Set(all.map(({ target }) => target))],
  ]
  const keys = new Set(failed.map(({ title, target }) => missingKey(title, target)))
  const missing = missingLines(cells).map(line => `<li>${code(line)}</li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Which form, on which engine and machine</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Which form, on which engine and machine</h1>
<p class="answer">${code(answer.sentence)}</p>
${all.length > 1 ? surveyOverview(answer, titles, targets, keys) : ''}
${orderChanges(answer, code)}
<p class="dim"><b class="fastest">fastest</b>: the most fps of the forms that lose at most ${Number((100 * asked.maxDrop).toFixed(2))} points of accuracy against float, or without labels have at least ${asked.minSqnr} dB at their worst output. <b>not told apart</b>: its interval overlaps with that of the fastest. Bars are fps with their interval, on one scale for each model; forms of one target took turns, targets did not.</p>
${titles.map((title, i) => section(title, i, targets, answer.cells, cells)).join('\n')}
${missing.length > 0 ? `<section aria-labelledby="missing"><h2 id="missing">Missing</h2><ul>${missing.join('\n')}</ul></section>` : ''}
</main>
</body>
</html>
`
}

function section(
  title: string,
  i: number,
  targets: readonly string[],
  judged: readonly JudgedCell[],
  cells: readonly SurveyCell[],
): string {
  const here = judged.filter(cell => cell.title === title)
  if (here.length === 0) return ''
  const evidences = cells.flatMap(cell =>
    cell.title === title && 'evidence' in cell ? [{ cell, evidence: cell.evidence }] : [],
  )
  const most = Math.max(...here.flatMap(({ forms }) => forms.map(({ engine }) => engine.fps?.value ?? 0)))
  return [
    `<section aria-labelledby="model-${i}">`,
    `<h2 id="model-${i}">${escapeHtml(title)}</h2>`,
    ...here.map((cell, position) => {
      const { cell: given, evidence } = evidences[position]!
      const clauses = clausesOf(given)
      return `<h3 id="${cellId(i, targets.indexOf(cell.target))}">${escapeHtml(cell.target)}</h3>
<div class="scroll" tabindex="0"><table><thead><tr>${columns.map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${cell.forms.map(form => row(form, cell, most)).join('\n')}
</tbody></table></div>
${clauses === '' ? '' : `<p>Clauses: ${escapeHtml(clauses)}</p>`}
<p class="dim">${machineLines(evidence).map(escapeHtml).join('<br>')}, measured on ${evidence.startedAt.slice(0, 10)}</p>`
    }),
    '</section>',
  ].join('\n')
}

/** What became of a form stands under its name, where a phone shows it. */
const columns = surveyHeader.slice(0, -1)

function row(form: FormOnTarget, { forms }: JudgedCell, most: number): string {
  const [name, fps, ...cells] = formCells(form, floatOf(forms)).map(escapeHtml)
  const standing = cells.pop()
  const { engine, refused } = form
  const chart = engine.fps && most > 0 ? speedChart(engine.fps, most) : ''
  const mark = refused === undefined ? (form.standing ?? '') : 'refused'
  const said = standing === '' ? '' : `<span class="standing ${mark.split(' ')[0]}">${standing}</span>`
  return `<tr><th scope="row">${name}${said}</th><td>${fps}${chart}</td>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`
}

const [width, height] = [260, 16]

/** A bar up to the estimate, over it the interval; all bars of a model have one scale. */
function speedChart(fps: Estimate, most: number): string {
  const x = (value: number) => Number((Math.min(1, Math.max(0, value / most)) * (width - 4) + 2).toFixed(1))
  const [lower, upper] = [x(fps.lower), x(Number.isFinite(fps.upper) ? fps.upper : fps.value)]
  const label = escapeHtml(`${fps.of}: ${formatEstimate(fps)}`)
  return [
    `<svg class="speed" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`,
    `<rect x="0" y="4" width="${x(fps.value)}" height="8"/>`,
    `<line x1="${lower}" x2="${upper}" y1="8" y2="8"/>`,
    ...[lower, upper].map(end => `<line x1="${end}" x2="${end}" y1="3" y2="13"/>`),
    '</svg>',
  ].join('')
}

/** Text in which what stands between backticks is code. */
function code(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>')
}
