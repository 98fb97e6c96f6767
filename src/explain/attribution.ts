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
  /** What the layer that computes the longest computes on; absent where there is none. */
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
  /** What profiling is taken to add to each layer, in µs; below 0 where time passes between layers. */
  readonly overhead: number
  /** Share of the difference that the rows account for, 0 to 1; absent where latencies were not measured. */
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
 * took time, the same for both engines, with which all layers together account for both latencies:
 *
 *     sum over the layers of a and b of max(0, t - c) = latency of a + latency of b
 *
 * One constant cannot fit two latencies: what the rows of each engine lack is stated as `unattributed`, and says how
 * far the profiles can be trusted. Without latencies c is 0 and the totals are the sums of the profiles.
 */
export function attribute(alignment: Alignment, a: EngineProfile, b: EngineProfile): Attribution {
  const layers = [...a.layers, ...b.layers]
  const measured = a.latency && b.latency && { a: a.latency.median, b: b.latency.median }
  const overhead = measured
    ? overheadPerLayer(
        layers.map(layer => layer.microseconds),
        measured.a + measured.b,
      )
    : 0
  const timeOf = ({ microseconds }: ProfiledLayer) =>
    microseconds === 0 ? 0 : Math.max(0, microseconds - overhead)
  const sum = (side: readonly ProfiledLayer[]) => side.reduce((total, layer) => total + timeOf(layer), 0)
  const rows = alignment.groups.map(group => {
    const [timeA, timeB] = [sum(group.a), sum(group.b)]
    return { group, a: timeA, b: timeB, difference: timeB - timeA, ...described(group) }
  })
  const rowsOf = { a: sum(a.layers), b: sum(b.layers) }
  const total = withDifference(measured ?? rowsOf)
  const unattributed = withDifference({ a: total.a - rowsOf.a, b: total.b - rowsOf.b })
  const share = attributedShare(total.difference, unattributed.difference)
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

/** The c with which the sum of max(0, t - c) over all times above 0 is `target`. */
function overheadPerLayer(times: readonly number[], target: number): number {
  const falling = times.filter(time => time > 0).sort((x, y) => y - x)
  let sum = 0
  for (const [index, time] of falling.entries()) {
    sum += time
    const overhead = (sum - target) / (index + 1)
    // Right where the next time is no larger: it and all after it count nothing.
    if (overhead >= (falling[index + 1] ?? Number.NEGATIVE_INFINITY)) return overhead
  }
  return 0
}

function withDifference({ a, b }: { readonly a: number; readonly b: number }) {
  return { a, b, difference: b - a }
}

/** 1 where nothing is left, 0 where as much is left as there was to explain. */
function attributedShare(difference: number, left: number): number {
  if (difference === 0) return left === 0 ? 1 : 0
  return Math.max(0, 1 - Math.abs(left / difference))
}
