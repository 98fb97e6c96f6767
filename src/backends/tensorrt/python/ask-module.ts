import { pythonOf } from '../../../engine/python-of.ts'
import type { Machine } from '../machine/machine.ts'
import type { TensorrtTarget } from '../target.ts'
import { isVersion } from '../version.ts'

const imports = 'import tensorrt; tensorrt.IExecutionContext.execute_async_v3; print(tensorrt.__version__)'

/** Implicit INT8 needs a version below 11. */
export const installPython = 'pip install "tensorrt-cu12<11"'

/** What a Python answers if it is asked for its TensorRT of 8.5 or later: a version, or why there is none. */
export type AskedModule =
  | { readonly version: string; readonly said?: never }
  | { readonly version?: never; readonly said: string }

/** Asks the Python of a target for its TensorRT. */
export async function askModule(
  machine: Machine,
  target: Pick<TensorrtTarget, 'python' | 'launcher'>,
): Promise<AskedModule> {
  const { exitCode, stdout, stderr, cutShort } = await machine.run([pythonOf(target), '-c', imports])
  // What wraps a Python may print lines of its own.
  const version = stdout.split('\n').findLast(isVersion)?.trim()
  if (exitCode === 0 && version !== undefined) return { version }
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 300)
  const said =
    (cutShort && `it ${cutShort}`) ??
    (exitCode === 0 ? 'it names no version' : last || 'it cannot be started')
  return { said }
}
