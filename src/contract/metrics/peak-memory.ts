import { peakMemory as evaluate } from '../evaluate/peak-memory.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'

/** The most memory that a process with one engine held, from separate launches. */
export const peakMemory = {
  name: 'peak memory',
  kind: kinds.bytes,
  better: 'lower',
  estimated: 'always',
  needs: 'inputs',
  explainedBy: 'nothing',
  evaluate,
} as const satisfies Metric
