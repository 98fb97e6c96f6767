import { mean } from 'simple-statistics'
import { quantileOf } from '../evaluate/speed-statistic.ts'
import { kinds } from './kinds.ts'
import { speedMetric } from './speed-metric.ts'

const latency = { kind: kinds.latency, better: 'lower' } as const

export const meanLatency = speedMetric({ name: 'mean latency', ...latency, latency: times => mean(times) })
export const p50Latency = speedMetric({ name: 'p50 latency', ...latency, ...quantileOf(0.5) })
export const p90Latency = speedMetric({ name: 'p90 latency', ...latency, ...quantileOf(0.9) })
export const p95Latency = speedMetric({ name: 'p95 latency', ...latency, ...quantileOf(0.95) })
export const p99Latency = speedMetric({ name: 'p99 latency', ...latency, ...quantileOf(0.99) })
