import type { Target } from '../../../engine/target.ts'
import { lockDevice } from '../machine/device-lock.ts'
import { openMachine } from '../machine/machine.ts'
import { readPlanDescription, shapesOf } from '../plan/plan-file.ts'
import type { TrtexecProfile } from '../plan/read-profile.ts'
import { profiledInferences } from '../trtexec/profiled-inferences.ts'
import { startPythonHost } from './python-host.ts'

/** Profiles engine files with TensorRT's Python module, one after the other in a process of their own. */
export async function profileByPython(
  plans: readonly string[],
  target: Target,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<TrtexecProfile[]> {
  const machine = await openMachine(target)
  const release = await lockDevice(target, { signal })
  try {
    const host = await startPythonHost(machine, target, { signal })
    try {
      const profiles: TrtexecProfile[] = []
      for (const plan of plans) {
        const description = await readPlanDescription(plan)
        const args = { plan: await machine.send(plan), shapes: shapesOf(description) }
        profiles.push(await host.call<TrtexecProfile>('profile', { ...args, inferences: profiledInferences }))
      }
      return profiles
    } finally {
      await host.stop()
    }
  } finally {
    await release()
    await machine.remove()
  }
}
