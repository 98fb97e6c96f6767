import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { pendingCalls } from '../../../engine/pending-calls.ts'
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

type Answer =
  | { readonly ready: string }
  | { readonly failed: string }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

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
  const child = execa(command[0]!, command.slice(1), {
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: { stdout: false },
    reject: false,
    ...(signal && { cancelSignal: signal }),
    forceKillAfterDelay: 2_000,
  })
  // A process that has just died is not written to: its end rejects the call.
  child.stdin.on('error', () => {})
  const calls = pendingCalls<string>()
  createInterface({ input: child.stdout }).on('line', line => {
    const answer = JSON.parse(line) as Answer
    if ('ready' in answer) calls.ready(answer.ready)
    else if ('failed' in answer) calls.end(new InputError(`TensorRT cannot start: ${answer.failed}`))
    else if ('error' in answer) calls.reject(answer.id, new InputError(answer.error))
    else calls.resolve(answer.id, answer.result)
  })
  const ended = child.then(({ exitCode, signal: killedBy, stderr }) => {
    if (signal?.aborted) return calls.end(signal.reason)
    const how = killedBy ? `was killed by ${killedBy}` : `ended with exit code ${exitCode}`
    const lastLines = stderr.trim().split('\n').slice(-3).join(' ')
    const message = `the host process of TensorRT ${how}${lastLines ? `: ${lastLines}` : ''}`
    calls.end(new Error(message), new InputError(message))
  })
  const version = versionOfText(await calls.started)

  return {
    version,
    ...(pin && { cpus: pin.cpus }),
    call: (method, args) =>
      calls.call(id => {
        child.stdin.write(`${JSON.stringify({ id, method, args })}\n`)
      }),
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
