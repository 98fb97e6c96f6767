import type { Target } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import type { Machine } from './machine/machine.ts'
import { pythonOf } from './python/python-host.ts'

const imports = 'import tensorrt; tensorrt.IExecutionContext.execute_async_v3; print(tensorrt.__version__)'

/** What runs a target's engines, with the version of its TensorRT where that is known already. */
export type ChosenHost = { readonly name: 'trtexec' } | { readonly name: 'python'; readonly version: string }

/** Implicit INT8 needs a version below 11. */
export const installPython = 'pip install "tensorrt-cu12<11"'

/**
 * TensorRT's Python module where it is there, from 8.5 on: engines share a process, so that segments are milliseconds
 * long. Otherwise trtexec.
 *
 * @throws InputError where the target names Python and it has no such module
 */
export async function hostOf(machine: Machine, target: Target): Promise<ChosenHost> {
  if (target.host === 'trtexec') return { name: 'trtexec' }
  const python = pythonOf(target)
  const { exitCode, stdout, stderr } = await machine.run([python, '-c', imports])
  if (exitCode === 0) return { name: 'python', version: stdout.trim().split('\n').at(-1)! }
  if (target.host === 'python') {
    const said = stderr.trim().split('\n').at(-1) || 'it cannot be started'
    throw new InputError(
      `${python} has no TensorRT of 8.5 or later: ${said}; install it there (\`${installPython}\`), or name another \`python\` in the target`,
    )
  }
  return { name: 'trtexec' }
}
