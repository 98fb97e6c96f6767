import type { EngineLayer } from './backend.ts'

/** By operator with weights or products (`Conv`, `MatMul`, `Gemm`, ...): how many an engine has, how many in INT8. */
export type OperatorCounts = Readonly<Record<string, { readonly total: number; readonly int8: number }>>

/** Counts the layers of an engine that compute sums of products, in the order in which the operators occur. */
export function countOperators(layers: readonly EngineLayer[]): OperatorCounts {
  const counts: Record<string, { total: number; int8: number }> = {}
  for (const { operator, precision } of layers) {
    if (operator === undefined) continue
    counts[operator] ??= { total: 0, int8: 0 }
    const count = counts[operator]
    count.total++
    if (precision === 'int8') count.int8++
  }
  return counts
}
