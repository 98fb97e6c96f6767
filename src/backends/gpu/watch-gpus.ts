import { setTimeout } from 'node:timers/promises'
import type { DeviceState, DeviceWatch } from '../../engine/backend.ts'
import type { Target } from '../../engine/target.ts'
import { messageOf } from '../../errors.ts'
import { openMachine } from '../tensorrt/machine/machine.ts'
import { gpuStates } from './nvidia-smi.ts'

/** Milliseconds between looks: each of them is a little work for the driver. */
const interval = 2000

/** Looks at the GPUs of a target's machine every other second, until it is stopped. */
export async function watchGpus(target: Target): Promise<DeviceWatch> {
  const machine = await openMachine(target)
  const before = (await gpuStates(machine)) ?? []
  const looks: DeviceState[][] = []
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
