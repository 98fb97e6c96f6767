import type { EngineProfile } from '../../src/engine/engine-profile.ts'
import type { Cause, Finding } from '../../src/explain/cause.ts'
import { explain } from '../../src/explain/explain.ts'
import { engine, type LayerSketch } from './profiles.ts'

/** What one cause finds in the first of two engines, and what it costs there in µs. */
export function found(
  cause: Cause,
  subject: readonly LayerSketch[],
  other: readonly LayerSketch[],
  rest: Partial<EngineProfile> = {},
): (Finding & { readonly microseconds: number; readonly layers: string[] }) | undefined {
  const { causes } = explain(engine(subject, rest), engine(other, { name: 'other' }), [cause])
  const first = causes.find(({ engine }) => engine === 'a')
  return first && { ...first, layers: first.costs.map(({ layer }) => layer.name) }
}
