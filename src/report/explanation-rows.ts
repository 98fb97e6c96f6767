import type { AttributedRow } from '../explain/attribution.ts'
import type { Explanation } from '../explain/explain.ts'
import type { ElementType, ProfiledLayer } from '../explain/profile.ts'
import { layerLabel, layerName } from './layer-label.ts'

/** A row of the comparison: layers that do the same work. */
export interface ExplanationRow {
  readonly label: string
  readonly a: number | undefined
  readonly b: number | undefined
  readonly difference: number
  /** `half → int8` */
  readonly precision: string
  /** `0 → 2`; empty where there are none. */
  readonly conversions: string
  /** Positions of the causes that its layers are under, from 1. */
  readonly causes: readonly number[]
}

/** The rows of the comparison, those with the largest difference first. */
export function explanationRows(explanation: Explanation, longest?: number): ExplanationRow[] {
  const { attribution, causes } = explanation
  return attribution.rows
    .toSorted((x, y) => Math.abs(y.difference) - Math.abs(x.difference))
    .map(({ group, a, b, difference }) => {
      const layers = new Set([...group.a, ...group.b])
      const isUnder = (costs: Explanation['causes'][number]['costs']) =>
        costs.some(({ layer, microseconds }) => microseconds > 0 && layers.has(layer))
      return {
        label: rowLabel(group, longest),
        a: group.a.length > 0 ? a : undefined,
        b: group.b.length > 0 ? b : undefined,
        difference,
        precision: change(precision(group.a), precision(group.b)),
        conversions: conversions(group),
        causes: causes.flatMap(({ costs }, index) => (isUnder(costs) ? index + 1 : [])),
      }
    })
}

function rowLabel({ a, b }: AttributedRow['group'], longest?: number): string {
  const nodes = (layers: readonly ProfiledLayer[]) => [
    ...new Set(layers.flatMap(({ kind, nodes }) => (kind === 'compute' ? nodes : []))),
  ]
  const [ofA, ofB] = [nodes(a), nodes(b)]
  const [known] = [ofA, ofB].filter(names => names.length > 0)
  return known === undefined ? layerName([...a, ...b][0]!.name, longest) : layerLabel(known, longest)
}

/** What the layer that computes the longest computes on. */
function precision(layers: readonly ProfiledLayer[]): ElementType | undefined {
  const [longest] = layers
    .filter(({ kind }) => kind === 'compute')
    .sort((x, y) => y.microseconds - x.microseconds)
  return longest && (longest.inputs[0]?.type ?? longest.outputs[0]?.type)
}

function conversions({ a, b }: AttributedRow['group']): string {
  const count = (layers: readonly ProfiledLayer[]) =>
    layers.filter(({ kind, microseconds }) => kind === 'conversion' && microseconds > 0).length
  const [inA, inB] = [count(a), count(b)]
  return inA + inB === 0 ? '' : change(String(inA), String(inB))
}

function change(a: string | undefined, b: string | undefined): string {
  if (a === b) return a ?? ''
  return `${a ?? '-'} → ${b ?? '-'}`
}
