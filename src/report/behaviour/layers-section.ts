import type { EngineKey, Explanation } from '../../explain/explain.ts'
import { type ExplanationRecord, recordedExplanation } from '../../explain/explanation-record.ts'
import { escapeHtml } from '../escape-html.ts'
import { explainedTitle } from '../explanation/explained-markdown.ts'
import { dearestRows, type ExplanationRow } from '../explanation/explanation-rows.ts'
import { explanationSummary } from '../explanation/explanation-summary.ts'
import { causeText } from '../explanation/format-cause.ts'
import { sentenceHtml } from '../explanation/format-explanation-html.ts'
import { type TimeUnit, timeUnit } from '../explanation/time-unit.ts'

const longestLabel = 48
const causeOptions = { longest: longestLabel, most: 8 }

const colours = { int8: 'INT8', half: 'half', float: 'float', other: 'other', conversion: 'Q, DQ, layout' }

/** Where the time of two engines goes, layer by layer: bars in a table, which a phone and a screen reader can read, and the causes. */
export function layersSection(record: ExplanationRecord): string {
  const explanation = recordedExplanation(record)
  const { sameNetwork } = explanation
  const unit = timeUnit(Math.max(explanation.attribution.total.a, explanation.attribution.total.b))
  const [speed = '', ...details] = explanationSummary(explanation)
  return [
    `<details open><summary>${escapeHtml(explainedTitle(record))}</summary>`,
    `<p>${sentenceHtml(speed)}</p>`,
    ...(sameNetwork ? [layersTable(explanation, unit)] : []),
    ...(explanation.causes.length > 0 ? [causesList(explanation, unit)] : []),
    `<ul class="dim">${details.map(sentence => `<li>${sentenceHtml(sentence)}</li>`).join('\n')}</ul>`,
    '</details>',
  ].join('\n')
}

function layersTable(explanation: Explanation, unit: TimeUnit): string {
  const { a, b, attribution } = explanation
  const { rows, more } = dearestRows(explanation, longestLabel)
  const largest = Math.max(...rows.flatMap(row => [row.a ?? 0, row.b ?? 0]), Number.MIN_VALUE)
  const sums = [
    ...(more ? [[`${more.count} more`, more] as const] : []),
    ...(attribution.share === undefined ? [] : [['unattributed', attribution.unattributed] as const]),
    ['total', attribution.total] as const,
  ]
  const names = [a, b].map(({ name }) => escapeHtml(name))
  const heads = [`layers, ${unit.name}`, ...names, 'difference', 'precision', 'causes']
  return `<p class="dim">Bars: ${Object.entries(colours)
    .map(([name, text]) => `<span class="key"><span class="${name}"></span>${text}</span>`)
    .join(' ')}</p>
<div class="scroll" tabindex="0"><table class="layers"><thead><tr>${heads.map(head => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>
${rows.map(row => layersRow(row, explanation, { unit, largest })).join('\n')}
${sums
  .map(
    ([label, { a, b, difference }]) =>
      `<tr><th scope="row">${label}</th><td>${unit.number(a)}</td><td>${unit.number(b)}</td><td>${unit.signed(difference)}</td><td></td><td></td></tr>`,
  )
  .join('\n')}
</tbody></table></div>`
}

function layersRow(
  given: ExplanationRow,
  { attribution }: Explanation,
  { unit, largest }: { readonly unit: TimeUnit; readonly largest: number },
): string {
  const { row, label, difference, precision, causes } = given
  const cell = (key: EngineKey) => {
    const time = given[key]
    if (time === undefined) return '<td>-</td>'
    const converting = row.group[key]
      .filter(({ kind }) => kind === 'conversion')
      .reduce((sum, layer) => sum + attribution.timeOf(layer), 0)
    const part = (name: string, microseconds: number) =>
      microseconds > 0
        ? `<span class="${escapeHtml(name)}" style="width:${((100 * microseconds) / largest).toFixed(1)}%"></span>`
        : ''
    const bar = part(row.precision[key] ?? 'other', time - converting) + part('conversion', converting)
    return `<td>${unit.number(time)}<span class="parts">${bar}</span></td>`
  }
  return `<tr><th scope="row">${escapeHtml(label)}</th>${cell('a')}${cell('b')}<td>${unit.signed(difference)}</td><td>${escapeHtml(precision)}</td><td>${causes.join(' ')}</td></tr>`
}

function causesList(explanation: Explanation, unit: TimeUnit): string {
  const items = explanation.causes.map(cause => {
    const { sentence, layers, toDo } = causeText(cause, unit, causeOptions)
    return [
      `<li>${escapeHtml(explanation[cause.engine].name)}, ${sentenceHtml(sentence)}`,
      ...(layers === '' ? [] : [`<br><span class="dim">${escapeHtml(layers)}</span>`]),
      ...(toDo === '' ? [] : [`<br>To do: ${sentenceHtml(toDo)}.`]),
      '</li>',
    ].join('')
  })
  return `<p>Causes, by their numbers in the table:</p><ol>${items.join('\n')}</ol>`
}
