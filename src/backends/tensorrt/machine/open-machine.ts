import type { TensorrtTarget } from '../target.ts'
import { launchedMachine } from './launched-machine.ts'
import { localMachine } from './local-machine.ts'
import type { Machine } from './machine.ts'

/** The machine that the launcher of a target leads to: this one if there is none. */
export function openMachine({ launcher = [] }: TensorrtTarget): Promise<Machine> {
  return launcher.length === 0 ? localMachine() : launchedMachine(launcher)
}
