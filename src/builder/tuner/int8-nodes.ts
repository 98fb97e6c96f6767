import type { EngineLayer } from '../../engine/backend.ts'

/** Names of the steps of an engine that run in INT8. */
export function int8Nodes(layers: readonly EngineLayer[]): ReadonlySet<string> {
  return new Set(layers.filter(({ precision }) => precision === 'int8').map(({ name }) => name))
}
