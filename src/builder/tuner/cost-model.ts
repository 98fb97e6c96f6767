import type { Precision } from '../../quantize/plan.ts'

/** Nodes that share a precision, because the runtime runs them as one kernel in float or in INT8. */
export interface Region {
  /** Names of the nodes that can run in INT8. */
  readonly nodes: readonly string[]
  /** Time of its kernels in each precision, in µs. */
  readonly microseconds: Readonly<Record<Precision, number>>
}

/** A tensor between regions, and what it costs where one side of it is in INT8 and the other in float. */
export interface Boundary {
  readonly tensor: string
  /** Position of the region that makes it; undefined if that is always float: an input, or a node without INT8 kernel. */
  readonly producer: number | undefined
  /** Positions of the regions that read it. */
  readonly consumers: readonly number[]
  /** How many others read it, always in float. */
  readonly floatReaders: number
  /** µs of Q and of changing the layout, paid once, however many read the integers. */
  readonly quantize: number
  /** µs of DQ and of changing the layout, paid by every reader in float. */
  readonly dequantize: number
}

/** What every plan of one model costs, as far as costs add up. */
export interface CostModel {
  readonly regions: readonly Region[]
  readonly boundaries: readonly Boundary[]
}

/** µs that a plan costs by the model. @param int8 positions of the regions in INT8 */
export function planCost({ regions, boundaries }: CostModel, int8: ReadonlySet<number>): number {
  const kernels = regions.map(({ microseconds }, i) => microseconds[int8.has(i) ? 'int8' : 'float'])
  const crossings = boundaries.map(({ producer, consumers, floatReaders, quantize, dequantize }) => {
    const inInt8 = consumers.filter(region => int8.has(region)).length
    if (producer === undefined || !int8.has(producer)) return inInt8 > 0 ? quantize : 0
    return (consumers.length - inInt8 + floatReaders) * dequantize
  })
  return [...kernels, ...crossings].reduce((sum, cost) => sum + cost, 0)
}
