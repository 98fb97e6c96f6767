import { everyBuild } from '../evaluate/builds/every-build.ts'
import { exact } from '../evaluate/exact.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'

/** Operators with weights or products that run in INT8, of all kinds together, read back from what runs. */
export const int8Operators = {
  name: 'INT8 operators',
  kind: kinds.count,
  better: 'higher',
  estimated: 'never',
  needs: 'nothing',
  explainedBy: 'nothing',
  evaluate: everyBuild(
    exact({
      unit: 'count',
      of: ({ operators }) => Object.values(operators).reduce((sum, { int8 }) => sum + int8, 0),
      rule: 'counted in the optimized graph, exact',
      samples: 'engine',
    }),
  ),
} as const satisfies Metric
