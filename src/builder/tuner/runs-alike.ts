import type { EngineLayer } from '../../engine/backend.ts'

/** Whether a runtime runs the same operators in the same order. */
export function runsAlike(a: readonly EngineLayer[], b: readonly EngineLayer[]): boolean {
  const ops = (layers: readonly EngineLayer[]) => layers.map(({ op }) => op).join(' ')
  return ops(a) === ops(b)
}
