import { everyBuild } from '../evaluate/builds/every-build.ts'
import { exact } from '../evaluate/exact.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'

/** Bytes of the model file that runs, with its external data. */
export const size = {
  name: 'size',
  kind: kinds.bytes,
  better: 'lower',
  estimated: 'never',
  needs: 'nothing',
  explainedBy: 'nothing',
  evaluate: everyBuild(
    exact({ unit: 'bytes', of: engine => engine.bytes, rule: 'file size, exact', samples: 'file' }),
  ),
} as const satisfies Metric
