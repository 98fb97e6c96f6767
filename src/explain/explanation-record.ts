import {
  type ElementType,
  type EngineProfile,
  type ProfiledLayer,
  precisionOf,
} from '../engine/engine-profile.ts'
import type { AttributedRow, Attribution } from './attribution.ts'
import type { EngineKey, ExplainedCause, Explanation } from './explain.ts'

/** An explanation as plain data, with what reports show of it: evidence keeps it. Layers are named by their positions. */
export interface ExplanationRecord
  extends Omit<Explanation, EngineKey | 'alignment' | 'attribution' | 'causes'> {
  readonly a: EngineRecord
  readonly b: EngineRecord
  readonly matched: number
  readonly attribution: Omit<Attribution, 'rows' | 'timeOf'>
  readonly rows: readonly (Omit<AttributedRow, 'group'> & {
    readonly layers: Readonly<Record<EngineKey, readonly number[]>>
  })[]
  readonly causes: readonly (Omit<ExplainedCause, 'costs'> & {
    readonly costs: readonly { readonly layer: number; readonly microseconds: number }[]
  })[]
}

interface EngineRecord
  extends Pick<EngineProfile, 'name' | 'runtime' | 'quantization' | 'latency' | 'outside'> {
  readonly layers: readonly LayerRecord[]
}

interface LayerRecord extends Pick<ProfiledLayer, 'kind' | 'nodes'> {
  /** As the runtime names it, where nodes do not: of fused layers it is long. */
  readonly name?: string
  /** What it computes on. */
  readonly type: ElementType
  /** What it accounts for in the latency. */
  readonly microseconds: number
}

/** What evidence keeps of an explanation. */
export function explanationRecord(explanation: Explanation): ExplanationRecord {
  const { a, b, alignment, attribution, causes, ...rest } = explanation
  const { rows, timeOf, ...figures } = attribution
  const position = {
    a: new Map(a.layers.map((layer, i) => [layer, i])),
    b: new Map(b.layers.map((layer, i) => [layer, i])),
  }
  const positions = (key: EngineKey, layers: readonly ProfiledLayer[]) =>
    layers.map(layer => position[key].get(layer)!)
  const engine = (profile: EngineProfile): EngineRecord => {
    const { name, runtime, quantization, latency, outside } = profile
    const layers = profile.layers.map(layer => {
      const { kind, nodes } = layer
      const isNamedByNodes = kind === 'compute' && nodes.length > 0
      const type = precisionOf(layer)
      return { kind, nodes, ...(!isNamedByNodes && { name: layer.name }), type, microseconds: timeOf(layer) }
    })
    return {
      name,
      runtime,
      quantization,
      ...(latency && { latency }),
      ...(outside !== undefined && { outside }),
      layers,
    }
  }
  return {
    ...rest,
    a: engine(a),
    b: engine(b),
    matched: alignment.matched,
    attribution: figures,
    rows: rows.map(({ group, ...row }) => ({
      ...row,
      layers: { a: positions('a', group.a), b: positions('b', group.b) },
    })),
    causes: causes.map(({ costs, ...cause }) => ({
      ...cause,
      costs: costs.map(({ layer, microseconds }) => ({
        layer: position[cause.engine].get(layer)!,
        microseconds,
      })),
    })),
  }
}

/** The explanation that a record holds, as far as reports show it. */
export function recordedExplanation(record: ExplanationRecord): Explanation {
  const { a, b, matched, attribution, rows, causes, ...rest } = record
  const engines = { a: engineOf(a), b: engineOf(b) }
  const layers = (key: EngineKey, positions: readonly number[]) =>
    positions.map(position => engines[key].layers[position]!)
  const attributed = rows.map(({ layers: at, ...row }) => ({
    ...row,
    group: { a: layers('a', at.a), b: layers('b', at.b) },
  }))
  return {
    ...rest,
    ...engines,
    alignment: { groups: attributed.map(({ group }) => group), matched },
    attribution: { ...attribution, rows: attributed, timeOf: ({ microseconds }) => microseconds },
    causes: causes.map(({ costs, ...cause }) => ({
      ...cause,
      costs: costs.map(({ layer, microseconds }) => ({
        layer: engines[cause.engine].layers[layer]!,
        microseconds,
      })),
    })),
  }
}

function engineOf({ layers, ...profile }: EngineRecord): EngineProfile {
  return {
    ...profile,
    layers: layers.map(({ name = '', type, ...layer }) => ({
      ...layer,
      name,
      op: '',
      inputs: [{ name: '', type }],
      outputs: [],
    })),
  }
}
