import type { Explanation } from '../../explain/explain.ts'
import { escapeHtml } from '../escape-html.ts'
import { explanationChart, precisionColors } from './explanation-chart.ts'
import { explanationSummary } from './explanation-summary.ts'
import { timeUnit } from './time-unit.ts'
import { whatToDo } from './what-to-do.ts'

const style = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1040px; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
svg { width: 100%; height: auto; } .label { font-size: 11px; text-anchor: end; fill: #222; }
.number { font-size: 10px; fill: #555; } .key { display: inline-block; width: 0.9em; height: 0.9em; margin: 0 0.3em 0 1em; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #ddd; }
td.time { text-align: right; white-space: nowrap; }`

/**
 * An explanation as one HTML file that needs nothing else, no script either: a picture of the time by layer, the causes,
 * and what was tried.
 *
 * @param remedies - one line for each that was tried
 */
export function formatExplanationHtml(explanation: Explanation, remedies: readonly string[] = []): string {
  const { a, b, causes, attribution, sameNetwork } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const names = { a: a.name, b: b.name }
  const title = `${a.name} against ${b.name}`
  const keys = Object.entries({
    INT8: 'int8',
    half: 'half',
    float: 'float',
    'Q, DQ, layout': 'conversion',
  } as const).map(
    ([text, key]) => `<span class="key" style="background:${precisionColors[key]}"></span>${text}`,
  )
  const causeRows = causes.map(
    ({ engine, microseconds, sentence, ...cause }, index) =>
      `<tr><td>${index + 1}</td><td>${escapeHtml(names[engine])}</td><td class="time">${unit.time(microseconds)}</td><td>${sentenceHtml(sentence)}</td><td>${sentenceHtml(whatToDo(cause))}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
<ul>${explanationSummary(explanation)
    .map(sentence => `<li>${sentenceHtml(sentence)}</li>`)
    .join('\n')}</ul>
${
  sameNetwork
    ? `<h2>Time by layer, ${unit.name}</h2>
<p>Upper bar: ${escapeHtml(a.name)}, lower bar: ${escapeHtml(b.name)}; in the order of running.${keys.join('')}</p>
${explanationChart(explanation)}`
    : ''
}
<h2>Causes</h2>
<table><tr><th></th><th>engine</th><th>costs</th><th>cause</th><th>what to do</th></tr>
${causeRows.join('\n')}</table>
${remedies.length > 0 ? `<h2>Remedies, each applied to a copy and timed against the original in turns</h2>\n<ul>${remedies.map(line => `<li>${sentenceHtml(line)}</li>`).join('\n')}</ul>` : ''}
</html>
`
}

/** A sentence in which `code` is marked. */
export function sentenceHtml(sentence: string): string {
  return escapeHtml(sentence).replace(/`([^`]*)`/g, '<code>$1</code>')
}
