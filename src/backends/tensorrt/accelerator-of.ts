import type { Accelerator } from '../../engine/environment.ts'
import type { Target } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import { gpuStates } from '../gpu/nvidia-smi.ts'
import { hostOf } from './host-of.ts'
import { openMachine } from './machine/machine.ts'
import { findTrtexec } from './trtexec/trtexec.ts'

/** The GPU of a target and what runs its engines. Throws InputError where one of them is not there. */
export async function acceleratorOf(target: Target): Promise<Accelerator> {
  const machine = await openMachine(target)
  try {
    const host = await hostOf(machine, target)
    const runtime =
      host.name === 'python'
        ? `TensorRT ${host.version} (python)`
        : `TensorRT ${(await findTrtexec(machine, target)).version.text} (trtexec)`
    const gpus = await gpuStates(machine)
    const gpu = gpus?.[target.device ?? 0]
    if (gpus && !gpu) {
      const there = gpus.length === 0 ? 'no GPU' : `only the devices 0 to ${gpus.length - 1}`
      throw new InputError(
        `device ${target.device ?? 0} of the target is not there: \`nvidia-smi\` lists ${there}`,
      )
    }
    return {
      device: gpu?.name ?? 'a GPU of which there is no `nvidia-smi`',
      ...(gpu && { driver: gpu.driver }),
      runtime,
    }
  } finally {
    await machine.remove()
  }
}
