import { backendOf } from '../backends/backends.ts'
import type { Contender, MeasureOptions } from './contender.ts'

const inferences = 20

/**
 * Peak resident memory of a process that loads one engine and runs it, in bytes, once per launch.
 * The process holds nothing else, so Node.js itself (some 60 MB) is part of the figure.
 */
export async function measurePeakMemory(
  contender: Contender,
  options: MeasureOptions & { readonly launches?: number },
): Promise<number[]> {
  const peaks: number[] = []
  const { target, signal } = options
  for (let i = 0; i < (options.launches ?? 3); i++) {
    signal?.throwIfAborted()
    const engines = await backendOf(target).open([contender], target, { signal })
    try {
      await engines.feed(options.feeds)
      await engines.time([contender.id], inferences)
      peaks.push(await engines.peakMemory())
    } finally {
      await engines.stop()
    }
  }
  return peaks
}
