import { quantileOf } from '../evaluate/speed-statistic.ts'
import { kinds } from './kinds.ts'
import { speedMetric } from './speed-metric.ts'

/** 1 / median latency: spikes are the business of p99 and of sustained fps. */
export const fps = speedMetric({
  name: 'fps',
  kind: kinds.throughput,
  better: 'higher',
  ...quantileOf(0.5),
  comparesSegments: true,
})
