import { quantileSorted } from 'simple-statistics'

/** A metric of speed as a statistic of latencies in ms; fps is its inverse. */
export interface SpeedStatistic {
  readonly name: string
  /** `higher` is the inverse of a latency: fps grow when the engine gets faster. */
  readonly better: 'higher' | 'lower'
  /** Statistic of all timed latencies, for absolute clauses and for the figures in the evidence. */
  readonly latency: (milliseconds: readonly number[]) => number
  /** Probability of the quantile if the metric is one. */
  readonly quantile?: number
  /** Wall time counts, not the latencies alone. */
  readonly wallTime?: boolean
  /** Two engines are compared by the segments of a block, not by this statistic of all its inferences. */
  readonly comparesSegments?: boolean
}

/** The statistic of a metric that is a quantile of latencies. */
export function quantileOf(p: number): Required<Pick<SpeedStatistic, 'latency' | 'quantile'>> {
  const latency = (milliseconds: readonly number[]) =>
    quantileSorted(
      milliseconds.toSorted((a, b) => a - b),
      p,
    )
  return { latency, quantile: p }
}
