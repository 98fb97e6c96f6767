import { pythonOf } from '../../../engine/python-of.ts'
import { InputError } from '../../../errors.ts'
import type { Machine } from '../machine/machine.ts'
import type { TensorrtTarget } from '../target.ts'
import { isVersion } from '../version.ts'

const imports = 'import tensorrt; tensorrt.IExecutionContext.execute_async_v3; print(tensorrt.__version__)'

/** Implicit INT8 needs a version below 11. */
export const installPython = 'pip install "tensorrt-cu12<11"'

/**
 * Version of TensorRT's Python module on a machine, from 8.5 on; undefined if it is not there.
 *
 * @throws InputError if it is not there and the target insists on it
 */
export async function findModule(machine: Machine, target: TensorrtTarget): Promise<string | undefined> {
  const python = pythonOf(target)
  const { exitCode, stdout, stderr, cutShort } = await machine.run([python, '-c', imports])
  // What wraps a Python may print lines of its own.
  const version = stdout.split('\n').findLast(isVersion)?.trim()
  if (exitCode === 0 && version !== undefined) return version
  if (target.host !== 'python') return undefined
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 300)
  const said =
    (cutShort && `it ${cutShort}`) ??
    (exitCode === 0 ? 'it names no version' : last || 'it cannot be started')
  throw new InputError(
    `${python} has no TensorRT of 8.5 or later: ${said}; install it there (\`${installPython}\`), or name another \`python\` in the target`,
  )
}
