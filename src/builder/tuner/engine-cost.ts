import { backendOf } from '../../backends/backends.ts'
import type { OverflowOptions } from '../overflow/overflow-options.ts'
import type { TimeLimit } from '../time-limit.ts'

/** What one engine takes while it is timed. */
export interface EngineCost {
  /** Of one inference, the fastest. */
  readonly seconds: number
  /** Memory, without that of its process; 0 for a device with memory of its own, which nobody measures. */
  readonly bytes: number
}

/** In a usual build, and at least: the first one in a process takes longer than others. */
const [inferences, leastInferences] = [3, 2]
/** About what Node.js and the runtime take before an engine is loaded. */
const processBytes = 1e8

/** Loads a model and runs it a few times: enough to plan how many of its like can be timed. */
export async function engineCost(
  model: string,
  { feeds, target, signal }: Pick<OverflowOptions, 'feeds' | 'target' | 'signal'>,
  time: Pick<TimeLimit, 'part'>,
): Promise<EngineCost> {
  const engines = await backendOf(target).open([{ id: 'float', model }], target, { signal })
  try {
    await engines.feed(feeds.slice(0, 1))
    const milliseconds = await engines.time(
      ['float'],
      Math.max(leastInferences, Math.round(time.part(inferences))),
    )
    const measured = backendOf(target).runsOnCpu(target) ? await engines.peakMemory() : 0
    return { seconds: Math.min(...milliseconds) / 1000, bytes: Math.max(0, measured - processBytes) }
  } finally {
    await engines.stop()
  }
}
