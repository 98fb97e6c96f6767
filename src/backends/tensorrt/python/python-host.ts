import { type EndedProgram, startJsonLines } from '../../../engine/json-lines-host.ts'
import { pinPrefix } from '../../../engine/pin.ts'
import { InputError } from '../../../errors.ts'
import { ownFile } from '../../../own-package.ts'
import type { Machine } from '../machine/machine.ts'
import type { TensorrtTarget } from '../target.ts'
import { type TensorrtVersion, versionOfText } from '../version.ts'

/** host.py, running on a machine: TensorRT in a process of its own. */
export interface PythonHost {
  readonly version: TensorrtVersion
  /** CPU list that the process is pinned to, where it is. */
  readonly cpus?: string
  /** Calls a method of the program with named arguments. Rejects with its error, or when the process ends. */
  call<Result>(method: string, args: Readonly<Record<string, unknown>>): Promise<Result>
  stop(): Promise<void>
}

export interface PythonHostOptions {
  /** Pin the process to so many CPUs of this machine. */
  readonly pinTo?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The program lies in the sources, also of the package. */
const program = ownFile('src/backends/tensorrt/python/host.py')

/** The Python that a target names, or the one that is called so. */
export function pythonOf({ python, launcher }: Pick<TensorrtTarget, 'python' | 'launcher'>): string {
  return python ?? (launcher === undefined ? process.env.QUANTRACT_PYTHON : undefined) ?? 'python3'
}

/** Starts host.py and waits until TensorRT is loaded. Throws InputError if it cannot be. */
export async function startPythonHost(
  machine: Machine,
  target: TensorrtTarget,
  { pinTo, signal }: PythonHostOptions = {},
): Promise<PythonHost> {
  signal?.throwIfAborted()
  const pin = pinTo && machine.prefix.length === 0 ? await pinPrefix(pinTo) : undefined
  const command = [
    ...(pin?.prefix ?? machine.prefix),
    pythonOf(target),
    '-u',
    await machine.send(program),
    String(target.device),
  ]
  const host = await startJsonLines<Readonly<Record<string, unknown>>>(command, {
    signal,
    onError: message => new InputError(message),
    onFailed: message => new InputError(`TensorRT cannot start: ${message}`),
    onEnd: ended => new Error(endOf(ended)),
    onEndWhileStarting: ended => new InputError(endOf(ended)),
  })
  return {
    version: versionOfText(host.ready),
    ...(pin && { cpus: pin.cpus }),
    call: (method, args) => host.call(method, args),
    stop: () => host.stop(),
  }
}

function endOf({ exitCode, signal, stderr }: EndedProgram): string {
  const how = signal ? `was killed by ${signal}` : `ended with exit code ${exitCode}`
  const lastLines = stderr.trim().split('\n').slice(-3).join(' ')
  return `the host process of TensorRT ${how}${lastLines ? `: ${lastLines}` : ''}`
}
