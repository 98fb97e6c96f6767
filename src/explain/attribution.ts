import { mean } from 'simple-statistics'
import {
  type ElementType,
  type EngineProfile,
  type ProfiledLayer,
  precisionOf,
} from '../engine/engine-profile.ts'
import type { AlignedGroup, Alignment } from './alignment/align-layers.ts'
import { mainLayer } from './main-layer.ts'

/** A group of layers with the part of the latencies that it accounts for, in µs. */
export interface AttributedRow {
  readonly group: AlignedGroup
  readonly a: number
  readonly b: number
  /** b - a. */
  readonly difference: number
  /** What the layer that computes the longest computes on; absent if there is none. */
  readonly precision: { readonly a?: ElementType; readonly b?: ElementType }
  /** Layers that only convert and take time. */
  readonly conversions: { readonly a: number; readonly b: number }
}

/** The difference between two engines divided among groups of layers. Rows and `unattributed` add up to the totals. */
export interface Attribution {
  /** In the order of the alignment. */
  readonly rows: readonly AttributedRow[]
  /** Latencies in µs, or sums of the profiles where they were not measured. */
  readonly total: { readonly a: number; readonly b: number; readonly difference: number }
  /** What the rows do not account for, in µs. */
  readonly unattributed: { readonly a: number; readonly b: number; readonly difference: number }
  /** What profiling is taken to add to a layer, in µs, on average; below 0 if time passes between layers. */
  readonly overhead: number
  /** Share of the difference that the rows account for, 0 to 1; absent if latencies were not measured. */
  readonly share?: number
  /** What a layer accounts for, in µs: its profiled time less the overhead. */
  readonly timeOf: (layer: ProfiledLayer) => number
}

/**
 * Divides the difference in latency among aligned groups.
 *
 * A profiler starts and stops a clock around each layer, so profiled times add up to more than the latency, and to the
 * more the more layers there are: the slower engine is usually the one with more layers, and would be blamed for the
 * profiler too. On public TensorRT profiles the excess is a constant per layer (5.5 to 7.5 µs over five engines on an
 * A100, 2.8 and 2.9 on an H200) and no constant factor (1.07 to 1.35). So one overhead c is taken from each layer that
 * took time, the same for both engines, with which all layers together account for both latencies, less what an inference
 * takes beside its layers:
 *
 *     sum over the layers of a and b of max(0, t - c w) = latency of a + latency of b - outside of a - outside of b
 *
 * The weight w of a layer is 1, or what is known of the runtime's profiler. If it is known how far the profiler differs
 * from engine to engine, each engine gets within these bounds the c of its own with which its layers account for its
 * latency. What the rows of each engine lack still is stated as `unattributed`, and says how far the profiles can be
 * trusted. Without latencies c is 0 and the totals are the sums of the profiles.
 */
export function attribute(alignment: Alignment, a: EngineProfile, b: EngineProfile): Attribution {
  const layers = [...a.layers, ...b.layers]
  const measured = a.latency && b.latency && { a: a.latency.median, b: b.latency.median }
  const units = measured ? overheadsPerWeight(a, b, measured) : { a: 0, b: 0 }
  const ofB = new Set(b.layers)
  const overheadOf = (layer: ProfiledLayer) =>
    layer.microseconds === 0 ? 0 : (ofB.has(layer) ? units.b : units.a) * weightOf(layer)
  const timeOf = (layer: ProfiledLayer) => Math.max(0, layer.microseconds - overheadOf(layer))
  const sum = (side: readonly ProfiledLayer[]) => side.reduce((total, layer) => total + timeOf(layer), 0)
  const rows = alignment.groups.map(group => {
    const [timeA, timeB] = [sum(group.a), sum(group.b)]
    return { group, a: timeA, b: timeB, difference: timeB - timeA, ...described(group) }
  })
  const rowsOf = { a: sum(a.layers), b: sum(b.layers) }
  const total = withDifference(measured ?? rowsOf)
  const unattributed = withDifference({ a: total.a - rowsOf.a, b: total.b - rowsOf.b })
  const share = attributedShare(total.difference, unattributed.difference)
  const overheads = timed(layers).map(overheadOf)
  const overhead = overheads.length === 0 ? 0 : mean(overheads)
  return { rows, total, unattributed, overhead, timeOf, ...(measured && { share }) }
}

function described({ a, b }: AlignedGroup): Pick<AttributedRow, 'precision' | 'conversions'> {
  const [mainA, mainB] = [mainLayer(a), mainLayer(b)]
  const conversions = (layers: readonly ProfiledLayer[]) =>
    layers.filter(({ kind, microseconds }) => kind === 'conversion' && microseconds > 0).length
  return {
    precision: { ...(mainA && { a: precisionOf(mainA) }), ...(mainB && { b: precisionOf(mainB) }) },
    conversions: { a: conversions(a), b: conversions(b) },
  }
}

/**
 * What the profiler adds to a layer of weight 1 of each engine: one constant for both, from which each may differ as far
 * as its runtime's profiler does from engine to engine.
 */
function overheadsPerWeight(
  a: EngineProfile,
  b: EngineProfile,
  latency: { readonly a: number; readonly b: number },
): { readonly a: number; readonly b: number } {
  const inside = { a: latency.a - (a.outside ?? 0), b: latency.b - (b.outside ?? 0) }
  const common = overheadPerWeight([...a.layers, ...b.layers], inside.a + inside.b)
  const own = ({ layers, profilerSpread = 0 }: EngineProfile, target: number) => {
    const spread = profilerSpread * Math.abs(common)
    return Math.min(common + spread, Math.max(common - spread, overheadPerWeight(layers, target)))
  }
  return { a: own(a, inside.a), b: own(b, inside.b) }
}

/** The c with which the sum of max(0, t - c w) over all layers that took time is `target`. */
function overheadPerWeight(layers: readonly ProfiledLayer[], target: number): number {
  const perWeight = (layer: ProfiledLayer) => layer.microseconds / weightOf(layer)
  const falling = timed(layers).sort((x, y) => perWeight(y) - perWeight(x))
  let [sum, weights] = [0, 0]
  for (const [index, layer] of falling.entries()) {
    sum += layer.microseconds
    weights += weightOf(layer)
    const overhead = (sum - target) / weights
    const next = falling[index + 1]
    // Right where the next layer takes no longer than that: it and all after it count nothing.
    if (next === undefined || overhead >= perWeight(next)) return overhead
  }
  return 0
}

function timed(layers: readonly ProfiledLayer[]): ProfiledLayer[] {
  return layers.filter(({ microseconds }) => microseconds > 0)
}

function weightOf({ profilerWeight = 1 }: ProfiledLayer): number {
  return profilerWeight
}

function withDifference({ a, b }: { readonly a: number; readonly b: number }) {
  return { a, b, difference: b - a }
}

/** 1 if nothing is left, 0 if as much is left as there was to explain. */
function attributedShare(difference: number, left: number): number {
  if (difference === 0) return left === 0 ? 1 : 0
  return Math.max(0, 1 - Math.abs(left / difference))
}
