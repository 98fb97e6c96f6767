import type { Target } from '../target.ts'
import type { Machine } from './machine.ts'
import { pythonOf } from './python-host.ts'

const imports = 'import tensorrt; tensorrt.IExecutionContext.execute_async_v3; print(tensorrt.__version__)'

/** What runs a target's engines, with the version of its TensorRT where that is known already. */
export type ChosenHost = { readonly name: 'trtexec' } | { readonly name: 'python'; readonly version: string }

/**
 * TensorRT's Python module where it is there, from 8.5 on: engines share a process, so that segments are milliseconds
 * long. Otherwise trtexec.
 */
export async function hostOf(machine: Machine, target: Target): Promise<ChosenHost> {
  if (target.host === 'trtexec') return { name: 'trtexec' }
  const { exitCode, stdout } = await machine.run([pythonOf(target), '-c', imports])
  const version = stdout.trim().split('\n').at(-1) ?? ''
  // The target insists: starting it will say what is wrong.
  if (exitCode === 0 || target.host === 'python') return { name: 'python', version }
  return { name: 'trtexec' }
}
