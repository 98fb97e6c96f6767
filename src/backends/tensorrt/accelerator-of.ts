import type { Accelerator } from '../../engine/environment.ts'
import { InputError } from '../../errors.ts'
import { gpuStates } from '../gpu/nvidia-smi.ts'
import { hostOn } from './hosts.ts'
import { openMachine } from './machine/open-machine.ts'
import type { TensorrtTarget } from './target.ts'

/** The GPU of a target and what runs its engines. Throws InputError if one of them is not there. */
export async function acceleratorOf(target: TensorrtTarget): Promise<Accelerator> {
  const { device } = target
  const machine = await openMachine(target)
  try {
    const runtime = await (await hostOn(machine, target)).runtime(machine, target)
    const gpus = await gpuStates(command => machine.run(command))
    const gpu = gpus?.[device]
    if (gpus && !gpu) {
      const there = gpus.length === 0 ? 'no GPU' : `only the devices 0 to ${gpus.length - 1}`
      throw new InputError(`device ${device} of the target is not there: \`nvidia-smi\` lists ${there}`)
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
