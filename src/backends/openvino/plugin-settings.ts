import type { OpenvinoTarget } from './target.ts'

/** Properties of the CPU plugin that a target means. */
export function pluginSettings({ threads, precision, config }: OpenvinoTarget): Record<string, string> {
  return {
    PERFORMANCE_HINT: 'LATENCY',
    INFERENCE_NUM_THREADS: String(threads),
    ...(precision !== undefined && { INFERENCE_PRECISION_HINT: precision }),
    ...config,
  }
}
