import type { AttributedRow } from './attribution.ts'
import type { ExplainedCause } from './explain.ts'

/**
 * The causes that a row is under: those that cost something at one of its layers. If there are none, those of the slower
 * engine that name a layer of it: what a row takes is better known than what each of its layers takes, because of short
 * layers most of the profiled time is the profiler's own.
 */
export function causesOfRow(
  { group, difference }: AttributedRow,
  causes: readonly ExplainedCause[],
): ExplainedCause[] {
  const layers = new Set([...group.a, ...group.b])
  const named = causes.filter(({ costs }) => costs.some(({ layer }) => layers.has(layer)))
  const costly = named.filter(({ costs }) =>
    costs.some(({ layer, microseconds }) => microseconds > 0 && layers.has(layer)),
  )
  if (costly.length > 0 || difference === 0) return costly
  const slower = difference > 0 ? 'b' : 'a'
  return named.filter(({ engine }) => engine === slower)
}
