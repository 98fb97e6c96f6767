import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Target } from '../../../engine/target.ts'
import { InputError } from '../../../errors.ts'
import { lockDevice } from '../machine/device-lock.ts'
import { openMachine } from '../machine/machine.ts'
import { readPlanDescription } from '../plan/plan-file.ts'
import { readProfile, type TrtexecProfile } from '../plan/read-profile.ts'
import { profiledInferences } from './profiled-inferences.ts'
import { warmUp } from './time-options.ts'
import { findTrtexec, runTrtexec } from './trtexec.ts'

/** Profiles engine files with trtexec, a run for each. Up to TensorRT 10 a run that profiles must not be timed, too. */
export async function profileByTrtexec(
  plans: readonly string[],
  target: Target,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<TrtexecProfile[]> {
  const machine = await openMachine(target)
  const release = await lockDevice(target, { signal })
  try {
    const trtexec = await findTrtexec(machine, target)
    const profiles: TrtexecProfile[] = []
    for (const plan of plans) {
      const { shapes } = await readPlanDescription(plan)
      const name = `${randomUUID()}.json`
      const words = [
        `--loadEngine=${await machine.send(plan)}`,
        ...(shapes === undefined ? [] : [`--shapes=${shapes}`]),
        `--warmUp=${warmUp}`,
        `--iterations=${profiledInferences}`,
        '--duration=0',
        ...(trtexec.has('--separateProfileRun') ? ['--separateProfileRun'] : []),
        '--dumpProfile',
        `--exportProfile=${machine.path(name)}`,
        `--device=${target.device ?? 0}`,
      ]
      await runTrtexec(machine, trtexec, words, { signal, doing: `${plan}: profiling` })
      const text = await readFile(await machine.fetch(name), 'utf8').catch(() => {
        throw new InputError(`${plan}: trtexec said PASSED, but wrote no profile`)
      })
      profiles.push(readProfile(text, `profile of ${plan}`))
    }
    return profiles
  } finally {
    await release()
    await machine.remove()
  }
}
