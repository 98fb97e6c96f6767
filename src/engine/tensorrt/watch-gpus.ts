import { setTimeout } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { Target } from '../target.ts'
import { openMachine } from './machine.ts'
import { type GpuState, gpuStates } from './nvidia-smi.ts'

/** A GPU before something ran on it, and at every look while it ran. */
export interface WatchedGpu {
  readonly before: GpuState
  readonly during: readonly GpuState[]
}

const interval = 1000

/** Looks at the GPUs of a target's machine once a second, until it is stopped. */
export async function watchGpus(target: Target): Promise<{ readonly stop: () => Promise<WatchedGpu[]> }> {
  const machine = await openMachine(target)
  const before = (await gpuStates(machine)) ?? []
  const looks: GpuState[][] = []
  const stopping = new AbortController()
  const watching = (async () => {
    while (before.length > 0 && !stopping.signal.aborted) {
      await setTimeout(interval, undefined, { signal: stopping.signal })
      looks.push((await gpuStates(machine)) ?? [])
    }
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw new Error(`nvidia-smi: ${messageOf(error)}`)
  })
  return {
    async stop() {
      stopping.abort()
      await watching
      await machine.remove()
      return before.map((state, number) => ({
        before: state,
        during: looks.flatMap(look => look[number] ?? []),
      }))
    },
  }
}
