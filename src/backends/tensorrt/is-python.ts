import type { Target } from '../../engine/target.ts'
import { hostOf } from './host-of.ts'
import { openMachine } from './machine/machine.ts'

/** Whether TensorRT's Python module runs a target's engines, or trtexec. */
export async function isPython(target: Target): Promise<boolean> {
  const machine = await openMachine(target)
  try {
    return (await hostOf(machine, target)).name === 'python'
  } finally {
    await machine.remove()
  }
}
