import type { ProfiledLayer } from '../../engine/engine-profile.ts'
import type { AttributedRow } from '../../explain/attribution.ts'
import { causesOfRow } from '../../explain/causes-of-row.ts'
import type { EngineKey, Explanation } from '../../explain/explain.ts'
import { layerLabel } from './layer-label.ts'
import { layerName } from './layer-name.ts'

/** A row of the comparison: layers that do the same work. */
export interface ExplanationRow {
  readonly row: AttributedRow
  readonly label: string
  readonly a: number | undefined
  readonly b: number | undefined
  readonly difference: number
  /** `half → int8` */
  readonly precision: string
  /** `0 → 2`; empty if there are none. */
  readonly conversions: string
  /** Positions of the causes that its layers are under, from 1. */
  readonly causes: readonly number[]
}

/** The rows of the comparison, those with the largest difference first. */
export function explanationRows(explanation: Explanation, longest?: number): ExplanationRow[] {
  const { attribution, causes } = explanation
  return attribution.rows
    .toSorted((x, y) => Math.abs(y.difference) - Math.abs(x.difference))
    .map(row => {
      const { group, a, b, difference, precision, conversions } = row
      return {
        row,
        label: rowLabel(group, longest),
        a: group.a.length > 0 ? a : undefined,
        b: group.b.length > 0 ? b : undefined,
        difference,
        precision: change(precision.a, precision.b),
        conversions:
          conversions.a + conversions.b === 0 ? '' : change(String(conversions.a), String(conversions.b)),
        causes: causesOfRow(row, causes).map(cause => causes.indexOf(cause) + 1),
      }
    })
}

/** Rows that are shown where a reader is to see the reasons at a glance. */
const shownRows = 16

/** The rows that differ most, and what all others come to; `more` is absent if there are none. */
export function dearestRows(
  explanation: Explanation,
  longest: number,
): {
  readonly rows: readonly ExplanationRow[]
  readonly more?: Readonly<Record<EngineKey | 'difference' | 'count', number>>
} {
  const rows = explanationRows(explanation, longest)
  const others = rows.slice(shownRows)
  const sum = (key: EngineKey | 'difference') => others.reduce((total, row) => total + (row[key] ?? 0), 0)
  const more = { count: others.length, a: sum('a'), b: sum('b'), difference: sum('difference') }
  return { rows: rows.slice(0, shownRows), ...(others.length > 0 && { more }) }
}

function rowLabel({ a, b }: AttributedRow['group'], longest?: number): string {
  const nodes = (layers: readonly ProfiledLayer[]) => [
    ...new Set(layers.flatMap(({ kind, nodes }) => (kind === 'compute' ? nodes : []))),
  ]
  const [ofA, ofB] = [nodes(a), nodes(b)]
  const [known] = [ofA, ofB].filter(names => names.length > 0)
  return known === undefined ? layerName([...a, ...b][0]!, longest) : layerLabel(known, longest)
}

function change(a: string | undefined, b: string | undefined): string {
  if (a === b) return a ?? ''
  return `${a ?? '-'} → ${b ?? '-'}`
}
