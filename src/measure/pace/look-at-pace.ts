import { median } from 'simple-statistics'
import type { Contender, MeasureOptions } from '../contender.ts'
import { startLaunches, stopLaunches } from '../launches.ts'
import { warmUp } from '../warm-up.ts'
import { keepMachinePace, machinePace } from './machine-pace.ts'

/** How fast a machine ran over some seconds. */
export interface PaceLook {
  readonly seconds: number
  /** Duration of the probe at the best pace known, in us. */
  readonly best: number
  /** Share of the time at full pace. */
  readonly full: number
  /** The pace in the rest of the time as a share of the full one, by the median; absent if there is no rest. */
  readonly slower?: number
  /** The pace in each of 40 parts of the time, as a share of the best. */
  readonly parts: readonly number[]
}

const partCount = 40

/**
 * Looks for some seconds at the pace of the machine, between inferences of an engine; undefined if it runs where nothing
 * is probed.
 */
export async function lookAtPace(
  engine: Omit<Contender, 'id'>,
  { seconds, ...options }: MeasureOptions & { readonly seconds: number },
): Promise<PaceLook | undefined> {
  const [launch] = await startLaunches([{ ...engine, id: 'a' }], 1, options)
  const { engines, loaded } = launch!
  try {
    if (!engines.timeWithPace) return undefined
    await warmUp(engines, loaded)
    const gate = await machinePace(engines)
    const found: { readonly part: number; readonly probe: number }[] = []
    const start = performance.now()
    for (let part = 0; part < partCount; ) {
      options.signal?.throwIfAborted()
      const { probes } = await engines.timeWithPace(loaded, 1, 1)
      gate.add(probes)
      for (const probe of probes) found.push({ part, probe })
      part = Math.floor((partCount * (performance.now() - start)) / (1000 * seconds))
    }
    await keepMachinePace(engines)
    const best = gate.best!
    const slow = found.flatMap(({ probe }) => (gate.isFull(probe) ? [] : [probe]))
    const parts = Array.from({ length: partCount }, (_, part) =>
      found.flatMap(each => (each.part === part ? [each.probe] : [])),
    )
    return {
      seconds,
      best,
      full: 1 - slow.length / found.length,
      ...(slow.length > 0 && { slower: best / median(slow) }),
      parts: parts.filter(({ length }) => length > 0).map(probes => Math.min(1, best / median(probes))),
    }
  } finally {
    await stopLaunches([launch!])
  }
}
