import type { EngineLayer, Precision } from './backend.ts'

/** How many layers of an engine run in which precision; those that occur. */
export function countLayers(layers: readonly EngineLayer[]): Partial<Record<Precision, number>> {
  const counts: Partial<Record<Precision, number>> = {}
  for (const { precision } of layers) counts[precision] = (counts[precision] ?? 0) + 1
  return counts
}
