import type { EngineLayer } from '../engine/backend.ts'

/** How many convolutions an engine has, and how many of them run in INT8. */
export function countConvolutions(layers: readonly EngineLayer[]): { total: number; int8: number } {
  const convolutions = layers.filter(({ convolution }) => convolution)
  return {
    total: convolutions.length,
    int8: convolutions.filter(({ precision }) => precision === 'int8').length,
  }
}
