import { type ElementType, type EngineProfile, precisionOf } from '../engine/engine-profile.ts'

/** How much of an engine computes on what. */
export interface Precisions {
  readonly layers: number
  /** Layers by the type that their kernel computes on. */
  readonly counts: Readonly<Record<ElementType, number>>
  /** Share of the profiled time that is spent in INT8 layers, 0 to 1. */
  readonly int8Time: number
}

/** Counts all layers, also those that only convert. */
export function countPrecisions({ layers }: EngineProfile): Precisions {
  const counts = { int8: 0, half: 0, float: 0, other: 0 }
  let [time, int8] = [0, 0]
  for (const layer of layers) {
    const precision = precisionOf(layer)
    counts[precision]++
    time += layer.microseconds
    if (precision === 'int8') int8 += layer.microseconds
  }
  return { layers: layers.length, counts, int8Time: time === 0 ? 0 : int8 / time }
}
