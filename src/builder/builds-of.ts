import type { Engine } from './engine.ts'

/** All builds of a variant, in the order of building. */
export function buildsOf(engine: Engine): readonly [Engine, ...Engine[]] {
  return [engine, ...(engine.rebuilds ?? [])]
}
