import { type ElementType, type ProfiledLayer, precisionOf } from '../../engine/engine-profile.ts'
import type { Explanation } from '../../explain/explain.ts'
import { mainLayer } from '../../explain/main-layer.ts'
import { escapeHtml } from '../escape-html.ts'
import { explanationRows } from './explanation-rows.ts'
import { timeUnit } from './time-unit.ts'

/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
export const precisionColors: Readonly<Record<ElementType | 'conversion', string>> = {
  int8: '#009e73',
  half: '#56b4e9',
  float: '#e69f00',
  other: '#999999',
  conversion: '#cc79a7',
}

const [labelWidth, barWidth, barHeight, gap, numberWidth] = [330, 520, 11, 10, 150]
const longestLabel = 48

/**
 * Bars of time by aligned layer, as SVG: two bars a row, one for each engine, in the order of running. A bar is coloured
 * by what its layers compute on; conversions that a layer needs are a part of its bar.
 */
export function explanationChart(explanation: Explanation): string {
  const { attribution, a, b } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const labels = new Map(explanationRows(explanation, longestLabel).map(row => [row.row, row.label]))
  const largest = Math.max(...attribution.rows.flatMap(({ a, b }) => [a, b]), 1e-9)
  const rowHeight = 2 * barHeight + gap
  const scale = (microseconds: number) => (microseconds / largest) * barWidth
  const bar = (layers: readonly ProfiledLayer[], y: number) => {
    const main = mainLayer(layers)
    let x = labelWidth
    return (['compute', 'conversion'] as const)
      .map(kind => {
        const time = layers
          .filter(layer => layer.kind === kind)
          .reduce((sum, layer) => sum + attribution.timeOf(layer), 0)
        const color =
          kind === 'conversion'
            ? precisionColors.conversion
            : precisionColors[main ? precisionOf(main) : 'other']
        const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${scale(time).toFixed(1)}" height="${barHeight - 1}" fill="${color}"/>`
        x += scale(time)
        return time > 0 ? rect : ''
      })
      .join('')
  }
  const rows = attribution.rows.map((row, index) => {
    const y = index * rowHeight
    const number = (time: number, offset: number) =>
      `<text x="${(labelWidth + scale(time) + 6).toFixed(1)}" y="${y + offset}" class="number">${unit.number(time)}</text>`
    return [
      `<text x="${labelWidth - 8}" y="${y + barHeight + 4}" class="label">${escapeHtml(labels.get(row) ?? '')}</text>`,
      bar(row.group.a, y),
      bar(row.group.b, y + barHeight),
      number(row.a, barHeight - 2),
      number(row.b, 2 * barHeight - 2),
    ].join('')
  })
  const height = attribution.rows.length * rowHeight
  const title = `Time by layer: ${a.name} above, ${b.name} below`
  return `<svg viewBox="0 0 ${labelWidth + barWidth + numberWidth} ${height}" role="img" aria-label="${escapeHtml(title)}">${rows.join('\n')}</svg>`
}
