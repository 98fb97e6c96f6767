import { setTimeout } from 'node:timers/promises'
import type { DeviceState, DeviceWatch } from '../../engine/backend.ts'
import { messageOf } from '../../errors.ts'
import { type CommandRunner, gpuStates } from './nvidia-smi.ts'

/** Milliseconds between looks: each of them is a little work for the driver. */
const interval = 2000

/** Looks at the GPUs of a machine every other second, until it is stopped. */
export async function watchGpus(run: CommandRunner): Promise<DeviceWatch> {
  const before = (await gpuStates(run)) ?? []
  const looks: DeviceState[][] = []
  const stopping = new AbortController()
  const watching = (async () => {
    while (before.length > 0 && !stopping.signal.aborted) {
      await setTimeout(interval, undefined, { signal: stopping.signal })
      looks.push((await gpuStates(run)) ?? [])
    }
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw new Error(`nvidia-smi: ${messageOf(error)}`)
  })
  return {
    async stop() {
      stopping.abort()
      await watching
      return before.map((state, number) => ({
        before: state,
        during: looks.flatMap(look => look[number] ?? []),
      }))
    },
  }
}
