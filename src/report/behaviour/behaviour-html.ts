import type { EngineEvidence } from '../../contract/evidence.ts'
import { shellWord } from '../../shell-word.ts'
import type { ReportedRun } from '../ci/reported-run.ts'
import { escapeHtml } from '../escape-html.ts'
import { sentenceHtml } from '../explanation/format-explanation-html.ts'
import { engineCells, engineHeader, engineNotes } from '../format-engines.ts'
import { machineLines } from '../format-header.ts'
import { formatSummary } from '../format-summary.ts'
import { measuredAt } from './behaviour-markdown.ts'
import { clauseTable } from './clause-table.ts'
import { differingSection } from './differing-section.ts'
import { historyHeader, historyRows } from './history-rows.ts'
import { layersSection } from './layers-section.ts'
import { reportStyle } from './report-style.ts'
import { filterStyle, verdictFilter } from './verdict-filter.ts'

/** What models are expected to do and how that was last measured, as one HTML file that needs nothing else, no script either. */
export function behaviourHtml(runs: readonly ReportedRun[]): string {
  const index = runs.map(
    (run, i) =>
      `<li><a href="#contract-${i}">${escapeHtml(run.title)}</a> <span class="dim">${counts(run)}</span></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Expected quantization behaviour</title>
<style>${reportStyle}${filterStyle}</style>
</head>
<body>
<main>
<h1>Expected quantization behaviour</h1>
${runs.length > 1 ? `<nav aria-label="Contracts"><ul>${index.join('\n')}</ul></nav>` : ''}
${verdictFilter(runs)}
${runs.map(section).join('\n')}
</main>
</body>
</html>
`
}

function counts({ outcomes, failure }: ReportedRun): string {
  return failure === undefined ? escapeHtml(formatSummary(outcomes)) : 'could not be run'
}

function section(run: ReportedRun, i: number): string {
  const { title, file, outcomes, failure, explain, ran, history = [] } = run
  const why = explain.map(line => `<li><code>${escapeHtml(line)}</code></li>`)
  return [
    `<section aria-labelledby="contract-${i}"${failure === undefined ? '' : ' class="failed"'}>`,
    `<h2 id="contract-${i}">${escapeHtml(title)}</h2>`,
    `<p class="dim"><code>${escapeHtml(file)}</code>${escapeHtml(measuredAt(run))} · ${counts(run)}</p>`,
    ...(failure === undefined
      ? []
      : [`<pre class="error">${failure.split('\n').map(escapeHtml).join('\n')}</pre>`]),
    ...(outcomes.length > 0 ? [clauseTable(outcomes, `contract-${i}`)] : []),
    ...(why.length > 0 ? [`<p>Why, layer by layer, and what to change:</p><ul>${why.join('')}</ul>`] : []),
    ...(ran ? [engines(ran)] : []),
    ...(ran?.explanations ?? []).map(layersSection),
    ...(ran?.differing ? [differingSection(ran.differing)] : []),
    ...(history.length > 0 ? [pastBaselines(history)] : []),
    `<p class="dim">To measure it again: <code>npx quantract check ${escapeHtml(shellWord(file))}</code></p>`,
    '</section>',
  ].join('\n')
}

function engines(ran: NonNullable<ReportedRun['ran']>): string {
  const fastest = Math.max(...ran.engines.map(({ fps }) => fps?.value ?? 0))
  const notes = engineNotes(ran.engines).map(note => `<li>${sentenceHtml(note)}</li>`)
  return `<details open><summary>Engines and machine</summary>
<div class="scroll" tabindex="0"><table><thead><tr>${engineHeader.map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${ran.engines.map(engine => engineRow(engine, fastest)).join('\n')}
</tbody></table></div>
${notes.length > 0 ? `<ul class="dim">${notes.join('\n')}</ul>` : ''}
<p class="dim">${machineLines(ran).map(escapeHtml).join('<br>')}</p>
</details>`
}

function pastBaselines(history: NonNullable<ReportedRun['history']>): string {
  const rows = historyRows(history).map(
    ([of, ...cells]) =>
      `<tr><th scope="row">${escapeHtml(of!)}</th>${cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  )
  return `<details><summary>Baselines</summary>
<div class="scroll" tabindex="0"><table><thead><tr>${historyHeader.map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
</details>`
}

function engineRow(engine: EngineEvidence, fastest: number): string {
  const cells = engineCells(engine).map(escapeHtml)
  const width = engine.fps && fastest > 0 ? (100 * engine.fps.value) / fastest : undefined
  const bar = width === undefined ? '' : `<span class="bar" style="width:${width.toFixed(1)}%"></span>`
  return `<tr><th scope="row">${cells[0]}</th><td>${cells[1]}${bar}</td>${cells
    .slice(2)
    .map(cell => `<td>${cell}</td>`)
    .join('')}</tr>`
}
