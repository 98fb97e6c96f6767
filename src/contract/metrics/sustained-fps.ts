import { mean } from 'simple-statistics'
import { kinds } from './kinds.ts'
import { speedMetric } from './speed-metric.ts'

/** Inferences in the time that all of them took, the time between them included. */
export const sustainedFps = speedMetric({
  name: 'sustained fps',
  kind: kinds.throughput,
  better: 'higher',
  latency: times => mean(times),
  wallTime: true,
})
