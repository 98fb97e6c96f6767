import type { TensorrtTarget } from '../target.ts'
import { type LockOptions, lockDevice } from './device-lock.ts'
import type { Machine } from './machine.ts'
import { openMachine } from './open-machine.ts'

/** A machine whose device nobody else uses. */
export interface Device {
  readonly machine: Machine
  /** Removes what is on the machine and lets others have the device. */
  close(): Promise<void>
}

/**
 * Waits for the device of a target and opens its machine. Nothing is on the machine while we wait, so that Ctrl-C leaves
 * nothing behind.
 */
export async function openDevice(target: TensorrtTarget, options: LockOptions = {}): Promise<Device> {
  const release = await lockDevice(target, options)
  try {
    const machine = await openMachine(target)
    return { machine, close: () => machine.remove().finally(release) }
  } catch (error) {
    await release()
    throw error
  }
}

/** Uses the device of a target, and gives it back whatever comes of it. */
export async function withDevice<Result>(
  target: TensorrtTarget,
  options: LockOptions,
  use: (machine: Machine) => Promise<Result>,
): Promise<Result> {
  const device = await openDevice(target, options)
  try {
    return await use(device.machine)
  } finally {
    await device.close()
  }
}
