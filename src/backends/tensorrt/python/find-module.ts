import { pythonOf } from '../../../engine/python-of.ts'
import { InputError } from '../../../errors.ts'
import type { Machine } from '../machine/machine.ts'
import { orTrtexec } from '../no-tensorrt.ts'
import type { TensorrtTarget } from '../target.ts'
import { askModule, installPython } from './ask-module.ts'

/**
 * Version of TensorRT's Python module on a machine, from 8.5 on; undefined if it is not there.
 *
 * @throws InputError if it is not there and the target insists on it
 */
export async function findModule(machine: Machine, target: TensorrtTarget): Promise<string | undefined> {
  const { version, said } = await askModule(machine, target)
  if (version !== undefined) return version
  if (target.host !== 'python') return undefined
  throw new InputError(
    `${pythonOf(target)} has no TensorRT of 8.5 or later: ${said}; install it there (\`${installPython}\`), or name another \`python\` in the target; ${await orTrtexec(machine, target)}`,
  )
}
