import { accuracy, top5Accuracy } from './metrics/accuracy.ts'
import { accuracyGap } from './metrics/accuracy-gap.ts'
import { map50, map50Gap, map50To95, map50To95Gap } from './metrics/average-precision.ts'
import { buildTime } from './metrics/build-time.ts'
import { fps } from './metrics/fps.ts'
import { int8Operators } from './metrics/int8-operators.ts'
import { meanLatency, p50Latency, p90Latency, p95Latency, p99Latency } from './metrics/latency.ts'
import { meanAbsoluteError, meanAbsoluteErrorGap } from './metrics/mean-absolute-error.ts'
import type { Metric } from './metrics/metric.ts'
import { maxOutputError, outputCosine, outputSqnr } from './metrics/output-error.ts'
import { peakMemory } from './metrics/peak-memory.ts'
import { size } from './metrics/size.ts'
import { sustainedFps } from './metrics/sustained-fps.ts'

/** The metrics that every contract knows. A new one is a file in `metrics/` and a line here. */
export const metrics = [
  fps,
  sustainedFps,
  meanLatency,
  p50Latency,
  p90Latency,
  p95Latency,
  p99Latency,
  accuracy,
  top5Accuracy,
  accuracyGap,
  map50,
  map50Gap,
  map50To95,
  map50To95Gap,
  meanAbsoluteError,
  meanAbsoluteErrorGap,
  outputSqnr,
  outputCosine,
  maxOutputError,
  size,
  int8Operators,
  peakMemory,
  buildTime,
] as const satisfies readonly Metric[]

export type MetricName = (typeof metrics)[number]['name']

/** Words that the clause language uses itself: a variant of that name could not be told from them. */
export const reservedWords: ReadonlySet<string> = new Set(
  metrics.flatMap(({ name }) => name.split(' ')).concat('baseline', 'of', 'to', 'within', 'x'),
)
