import type { EngineKey, Explanation } from '../../explain/explain.ts'
import { shorten } from '../../shorten.ts'
import { formatTable } from '../format-table.ts'
import { type PaintOptions, paint } from '../paint.ts'
import { wrapText } from '../wrap-text.ts'
import { dearestRows } from './explanation-rows.ts'
import { explanationSummary } from './explanation-summary.ts'
import { formatCause } from './format-cause.ts'
import { type TimeUnit, timeUnit } from './time-unit.ts'

const width = 110
const longestLabel = 52
const longestName = 20

/** An explanation for a terminal: what came out, the causes with their layers, and the rows that differ most. */
export function formatExplanation(explanation: Explanation, options: PaintOptions = {}): string {
  const { a, b, attribution, sameNetwork, slower } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const order: EngineKey[] = slower === 'a' ? ['a', 'b'] : ['b', 'a']
  const summary = explanationSummary(explanation).flatMap(sentence => wrapText(sentence, width))
  return [
    paint('bold', `${a.name} against ${b.name}`, options),
    summary.join('\n'),
    ...order.flatMap(key => causesOf(key, explanation, unit, options)),
    ...(sameNetwork ? [rowsTable(explanation, unit, options)] : []),
  ].join('\n\n')
}

function causesOf(key: EngineKey, explanation: Explanation, unit: TimeUnit, options: PaintOptions): string[] {
  const numbered = explanation.causes.map((cause, index) => ({ cause, number: index + 1 }))
  const own = numbered.filter(({ cause }) => cause.engine === key)
  if (own.length === 0) return []
  const other = key === 'a' ? 'b' : 'a'
  const title = `What ${explanation[key].name} pays for and ${explanation[other].name} does not`
  return [
    [
      paint('bold', title, options),
      ...own.flatMap(({ cause, number }) => formatCause(cause, number, unit, { width, ...options })),
    ].join('\n'),
  ]
}

function rowsTable(explanation: Explanation, unit: TimeUnit, options: PaintOptions): string {
  const { a, b, attribution } = explanation
  const { rows, more } = dearestRows(explanation, longestLabel)
  const names = [a, b].map(({ name }) => shorten(name, longestName))
  const times = (label: string, { a, b, difference }: typeof attribution.total) => [
    label,
    unit.number(a),
    unit.number(b),
    unit.signed(difference),
    '',
    '',
    '',
  ]
  const [header = '', ...lines] = formatTable([
    [`layers, ${unit.name}`, ...names, 'difference', 'precision', 'conversions', 'causes'],
    ...rows.map(row => [
      row.label,
      row.a === undefined ? '-' : unit.number(row.a),
      row.b === undefined ? '-' : unit.number(row.b),
      unit.signed(row.difference),
      row.precision,
      row.conversions,
      row.causes.join(' '),
    ]),
    ...(more ? [times(`${more.count} more`, more)] : []),
    ...(attribution.share === undefined ? [] : [times('unattributed', attribution.unattributed)]),
    times('total', attribution.total),
  ])
  return [paint('dim', header, options), ...lines].map(line => line.trimEnd()).join('\n')
}
