import type { EngineKey, ExplainedCause, Explanation } from '../../explain/explain.ts'
import { visibleText } from '../../visible-text.ts'
import { markdownTable, markdownText } from '../markdown.ts'
import { type dearestRows, explanationRows } from './explanation-rows.ts'
import { explanationSummary } from './explanation-summary.ts'
import { layerName } from './layer-name.ts'
import { type TimeUnit, timeUnit } from './time-unit.ts'
import { whatToDo } from './what-to-do.ts'

/** An explanation as Markdown, with every row and every layer, to keep beside a model or to put under a pull request. */
export function formatExplanationMarkdown(explanation: Explanation, tried?: readonly string[]): string {
  const { a, b, attribution, causes, sameNetwork } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const [speed = '', ...details] = explanationSummary(explanation)
  return [
    `# ${markdownText(a.name)} against ${markdownText(b.name)}`,
    markdownText(speed),
    details.map(sentence => `- ${markdownText(sentence)}`).join('\n'),
    ...(causes.length === 0
      ? []
      : ['## Causes', causesTable(explanation, unit), ...causes.map(cause => layers(cause, unit))]),
    ...(tried ? ['## Remedies', tried.map(line => `- ${markdownText(line)}`).join('\n')] : []),
    ...(sameNetwork ? ['## Layers', layersTable(explanation, { rows: explanationRows(explanation) })] : []),
  ]
    .join('\n\n')
    .concat('\n')
}

function causesTable({ a, b, causes }: Explanation, unit: TimeUnit): string {
  const name: Record<EngineKey, string> = { a: a.name, b: b.name }
  return markdownTable(
    ['', 'engine', 'costs', 'not counted above', 'cause', 'what to do'],
    causes.map(({ engine, microseconds, notCountedBefore, sentence, ...cause }, index) => [
      String(index + 1),
      name[engine],
      unit.time(microseconds),
      unit.time(notCountedBefore),
      sentence,
      whatToDo(cause),
    ]),
  )
}

function layers({ cause, costs }: ExplainedCause, unit: TimeUnit): string {
  const falling = [...costs].sort((x, y) => y.microseconds - x.microseconds)
  const items = falling.map(
    ({ layer, microseconds }) => `\`${visibleText(layerName(layer))}\` ${unit.time(microseconds)}`,
  )
  return `<details><summary>${cause}: ${costs.length === 1 ? '1 layer' : `${costs.length} layers`}</summary>\n\n${items.join(', ')}\n\n</details>`
}

/** Rows with their times in both engines, and what they come to. */
export function layersTable(
  { a, b, attribution }: Explanation,
  { rows, more }: ReturnType<typeof dearestRows>,
): string {
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const { total, unattributed, share } = attribution
  const times = (label: string, { a, b, difference }: typeof total) => [
    label,
    unit.number(a),
    unit.number(b),
    unit.signed(difference),
    '',
    '',
    '',
  ]
  return markdownTable(
    [`layers, ${unit.name}`, a.name, b.name, 'difference', 'precision', 'conversions', 'causes'],
    [
      ...rows.map(row => [
        row.label,
        row.a === undefined ? '' : unit.number(row.a),
        row.b === undefined ? '' : unit.number(row.b),
        unit.signed(row.difference),
        row.precision,
        row.conversions,
        row.causes.join(' '),
      ]),
      ...(more ? [times(`${more.count} more`, more)] : []),
      ...(share === undefined ? [] : [times('unattributed', unattributed)]),
      times('total', total),
    ],
  )
}
