import type { OperatorCounts } from '../engine/operator-counts.ts'

/** @example `20 of 24 MatMul, 0 of 1 Conv`, or `-` if there are none */
export function formatOperators(counts: OperatorCounts): string {
  const each = Object.entries(counts).map(([operator, { int8, total }]) => `${int8} of ${total} ${operator}`)
  return each.length > 0 ? each.join(', ') : '-'
}
