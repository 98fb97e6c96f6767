import { InputError } from '../../../errors.ts'
import type { CommandOptions, Machine } from '../machine/machine.ts'
import { noTrtexec } from '../no-tensorrt.ts'
import type { TensorrtTarget } from '../target.ts'
import { failureReason } from './failure-reason.ts'
import { readLog, type TrtexecLog } from './read-log.ts'
import { seekTrtexec, type Trtexec } from './seek-trtexec.ts'

/**
 * Finds trtexec, as `seekTrtexec`.
 *
 * @throws InputError if there is none, or it is none
 */
export async function findTrtexec(machine: Machine, target: TensorrtTarget): Promise<Trtexec> {
  const found = await seekTrtexec(machine, target)
  if (found) return found
  throw new InputError(await noTrtexec(machine, target))
}

/**
 * Runs trtexec and reads its log.
 *
 * @param doing what to say failed, e.g. `resnet.onnx: building`
 * @throws InputError with the reason where it did not end with PASSED
 */
export async function runTrtexec(
  machine: Machine,
  trtexec: Trtexec,
  words: readonly string[],
  options: CommandOptions & { readonly doing: string },
): Promise<TrtexecLog> {
  const { exitCode, stdout, stderr, cutShort } = await machine.run([trtexec.path, ...words], options)
  if (cutShort !== undefined) throw new InputError(`${options.doing}: ${trtexec.path} ${cutShort}`)
  // stdout has [V], [I] and the banners, stderr [W] and [E].
  const log = readLog(`${stdout}\n${stderr}`)
  if (exitCode === 0 && log.result === 'PASSED') return log
  throw new InputError(`${options.doing}: ${failureReason(log, exitCode)}`)
}
