import type { LayerCost } from '../explain/cause.ts'
import type { EngineKey, ExplainedCause, Explanation } from '../explain/explain.ts'
import { type ExplanationRow, explanationRows } from './explanation-rows.ts'
import { explanationSummary } from './explanation-summary.ts'
import { formatTable } from './format-table.ts'
import { labelOf, layerName } from './layer-label.ts'
import { type PaintOptions, paint } from './paint.ts'
import { type TimeUnit, timeUnit } from './time-unit.ts'
import { wrapText } from './wrap-text.ts'

const width = 110
const longestLabel = 52
const longestListed = 80
const shownRows = 16

/** An explanation for a terminal: what came out, the causes with their layers, and the rows that differ most. */
export function formatExplanation(explanation: Explanation, options: PaintOptions = {}): string {
  const { a, b, attribution, causes, sameNetwork, slower } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const causesOf = (key: EngineKey, title: string) => {
    const numbered = causes.map((cause, index) => ({ cause, number: index + 1 }))
    const own = numbered.filter(({ cause }) => cause.engine === key)
    return own.length === 0
      ? []
      : [[paint('bold', title, options), ...own.flatMap(item => formatCause(item, unit, options))].join('\n')]
  }
  const first = slower ?? 'b'
  const second = first === 'b' ? 'a' : 'b'
  const name = { a: a.name, b: b.name }
  return [
    paint('bold', `${a.name} against ${b.name}`, options),
    explanationSummary(explanation)
      .flatMap(sentence => wrapText(sentence, width))
      .join('\n'),
    ...causesOf(first, `What ${name[first]} pays for and ${name[second]} does not`),
    ...causesOf(second, `What ${name[second]} pays for and ${name[first]} does not`),
    ...(sameNetwork ? [rowsTable(explanation, unit, options)] : []),
  ].join('\n\n')
}

function formatCause(
  { cause, number }: { readonly cause: ExplainedCause; readonly number: number },
  unit: TimeUnit,
  options: PaintOptions,
): string[] {
  const { sentence, remedy, microseconds, notCountedBefore, costs } = cause
  const counted = microseconds - notCountedBefore
  const overlap =
    counted < microseconds / 100
      ? ''
      : notCountedBefore < microseconds / 100
        ? '; all of it is counted above'
        : `; ${unit.time(counted)} of it are counted above`
  const indent = '     '
  const falling = [...costs].sort((x, y) => y.microseconds - x.microseconds)
  const isShown = ({ microseconds }: LayerCost) => Number(unit.number(microseconds)) > 0
  const free = falling.filter(cost => !isShown(cost) && cost.layer.kind === 'conversion')
  const layers = [
    ...falling
      .filter(isShown)
      .map(cost => `${labelOf(cost.layer, longestListed)} ${unit.number(cost.microseconds)}`),
    ...(free.length === 0
      ? []
      : [`at no extra cost ${free.map(({ layer }) => labelOf(layer, longestListed)).join(', ')}`]),
  ]
  const [firstLine = '', ...more] = wrapText(
    `${unit.time(microseconds)}: ${sentence}${overlap}`,
    width,
    indent,
  )
  return [
    `${String(number).padStart(3)}. ${firstLine.slice(indent.length)}`,
    ...more,
    ...wrapText(layers.join(', '), width, indent).map(line => paint('dim', line, options)),
    ...wrapText(`To do: ${remedy}.`, width, indent),
  ]
}

function rowsTable(explanation: Explanation, unit: TimeUnit, options: PaintOptions): string {
  const { a, b, attribution } = explanation
  const rows = explanationRows(explanation, longestLabel)
  const [shown, rest] = [rows.slice(0, shownRows), rows.slice(shownRows)]
  const sum = (key: 'a' | 'b' | 'difference') => rest.reduce((total, row) => total + (row[key] ?? 0), 0)
  const cells = (row: ExplanationRow) => [
    row.label,
    row.a === undefined ? '-' : unit.number(row.a),
    row.b === undefined ? '-' : unit.number(row.b),
    unit.signed(row.difference),
    row.precision,
    row.conversions,
    row.causes.join(' '),
  ]
  const { total, unattributed } = attribution
  const totals = (label: string, times: typeof total) => [
    label,
    unit.number(times.a),
    unit.number(times.b),
    unit.signed(times.difference),
    '',
    '',
    '',
  ]
  const [header = '', ...lines] = formatTable([
    [
      `layers, ${unit.name}`,
      shortName(a.name),
      shortName(b.name),
      'difference',
      'precision',
      'conversions',
      'causes',
    ],
    ...shown.map(cells),
    ...(rest.length === 0
      ? []
      : [totals(`${rest.length} more`, { a: sum('a'), b: sum('b'), difference: sum('difference') })]),
    ...(attribution.share === undefined ? [] : [totals('unattributed', unattributed)]),
    totals('total', total),
  ])
  return [paint('dim', header, options), ...lines].map(line => line.trimEnd()).join('\n')
}

function shortName(name: string): string {
  return layerName(name, 20)
}
