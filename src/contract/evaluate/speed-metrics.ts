import { mean, quantileSorted } from 'simple-statistics'

/** A speed metric as a statistic of latencies in ms; fps is its inverse. */
export interface SpeedMetric {
  /** fps grows when the engine gets faster, latency shrinks. */
  readonly higherIsFaster: boolean
  /** Statistic of all timed latencies, for absolute clauses and for the figures in the evidence. */
  readonly latency: (milliseconds: readonly number[]) => number
  /** Probability of the quantile where the metric is one. */
  readonly quantile?: number
  /** Wall time counts, not the latencies alone. */
  readonly wallTime?: boolean
}

const quantile = (p: number) => (milliseconds: readonly number[]) =>
  quantileSorted(
    milliseconds.toSorted((a, b) => a - b),
    p,
  )
const latency = (p: number): SpeedMetric => ({ higherIsFaster: false, latency: quantile(p), quantile: p })

/** Metrics of speed. `fps` is 1 / median latency: spikes are the business of p99 and of sustained fps. */
export const speedMetrics: Readonly<Record<string, SpeedMetric>> = {
  fps: { higherIsFaster: true, latency: quantile(0.5), quantile: 0.5 },
  'sustained fps': { higherIsFaster: true, latency: mean, wallTime: true },
  'mean latency': { higherIsFaster: false, latency: mean },
  'p50 latency': latency(0.5),
  'p90 latency': latency(0.9),
  'p95 latency': latency(0.95),
  'p99 latency': latency(0.99),
}
