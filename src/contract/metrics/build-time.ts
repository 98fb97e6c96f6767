import { everyBuild } from '../evaluate/builds/every-build.ts'
import { exact } from '../evaluate/exact.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'

/** Seconds that the build took when it was made, also if the engine comes from the cache. */
export const buildTime = {
  name: 'build time',
  kind: kinds.duration,
  better: 'lower',
  estimated: 'never',
  needs: 'nothing',
  explainedBy: 'nothing',
  evaluate: everyBuild(
    exact({ unit: 's', of: engine => engine.buildSeconds, rule: 'wall time of the build', samples: 'build' }),
  ),
} as const satisfies Metric
