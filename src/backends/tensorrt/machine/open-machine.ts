import type { TensorrtTarget } from '../target.ts'
import { launchedMachine } from './launched-machine.ts'
import { limitsOf } from './limits.ts'
import { localMachine } from './local-machine.ts'
import type { Machine } from './machine.ts'

/** The machine that the launcher of a target leads to: this one if there is none. */
export function openMachine(target: TensorrtTarget): Promise<Machine> {
  const { launcher = [] } = target
  const limits = limitsOf(target)
  return launcher.length === 0 ? localMachine(limits) : launchedMachine(launcher, limits)
}
