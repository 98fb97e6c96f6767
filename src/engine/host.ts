import { extname } from 'node:path'
import { execa } from 'execa'
import { InputError } from '../errors.ts'
import { hostEnd } from './host-end.ts'
import { launcher } from './launcher.ts'
import { pendingCalls } from './pending-calls.ts'
import { pinPrefix } from './pin.ts'
import { plugAndPlay } from './plug-and-play.ts'
import type { Reply, Request } from './serve.ts'
import { watchHost } from './watch-host.ts'

/** A child process that runs a host program (serve.ts). The native runtime lives there, never in our process. */
export interface Host {
  readonly pid: number
  /** CPU list that the process is pinned to, absent if the platform cannot pin. */
  readonly cpus?: string
  /** Calls a method of the program. Rejects with the program's error, or when the process dies. */
  call<Result>(method: string, ...args: readonly unknown[]): Promise<Result>
  /** Whether an answer is waited for. */
  isBusy(): boolean
  isRunning(): boolean
  /** Whether our process waits for this one to end before it ends itself; it does until told otherwise. */
  keepAlive(does: boolean): void
  /** Ends the process. Safe to call twice. */
  stop(): Promise<void>
}

export interface HostOptions {
  /** Pin the process to this many CPUs, away from the parent's where there are enough. */
  readonly pinTo?: number
  /** Aborting kills the process; pending calls reject with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Receives what the program reports with `progress()`. */
  readonly onProgress?: ((progress: unknown) => void) | undefined
  /** Options of Node.js for the process. */
  readonly nodeOptions?: readonly string[]
  /** Variables of the process's environment, beside ours. */
  readonly environment?: Readonly<Record<string, string>>
  /** ms without use of the CPU after which a process that is asked for something hangs. Default: 10 minutes. */
  readonly idleLimit?: number
  /** Receives what the native runtime and its drivers write to stderr; all of it before `stop` is through. */
  readonly onLog?: ((text: string) => void) | undefined
}

/** Starting takes well below a second, unless a launcher goes to another machine or container first. */
const startSeconds = 120
/** A process that is told to end does so at once, unless it is in the middle of something or stopped. */
const stopMilliseconds = 10_000

/** Starts the host program at a path in a process of its own and waits until it is ready. */
export async function startHost(program: string, options: HostOptions = {}): Promise<Host> {
  options.signal?.throwIfAborted()
  const pin = options.pinTo ? await pinPrefix(options.pinTo) : undefined
  const loader = extname(program) === '.ts' ? ['--import', import.meta.resolve('tsx')] : []
  const node = [process.execPath, ...(options.nodeOptions ?? []), ...loader, program]
  const command = [...(pin?.prefix ?? []), ...launcher(), ...node]
  const child = execa(command[0]!, command.slice(1), {
    ipc: true,
    serialization: 'advanced',
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: { ipc: false },
    reject: false,
    ...(options.signal && { cancelSignal: options.signal }),
    forceKillAfterDelay: 2_000,
    // A loader or inspector of the parent (Vitest, a debugger) must not slow down what is measured.
    env: { NODE_OPTIONS: plugAndPlay(), ...options.environment },
  })
  child.stderr.on('data', chunk => options.onLog?.(String(chunk)))

  const calls = pendingCalls<void>()
  child.on('message', (message: Reply) => {
    if ('ready' in message) calls.ready()
    else if ('progress' in message) options.onProgress?.(message.progress)
    else if ('error' in message) calls.reject(message.id, hostError(message))
    else calls.resolve(message.id, message.result)
  })
  const ended = child.then(result => {
    unwatch()
    calls.end(options.signal?.aborted ? options.signal.reason : (hang ?? hostEnd(result)))
  })
  let hang: Error | undefined
  const endHanging = (error: Error) => {
    hang ??= error
    child.kill('SIGKILL')
  }
  let isStarted = false
  const isAsked = () => !isStarted || calls.isWaiting
  const unwatch = watchHost(child.pid!, isAsked, endHanging, options.idleLimit)
  const startLimit = setTimeout(() => endHanging(notStarted(command)), startSeconds * 1000)
  await calls.started.finally(() => clearTimeout(startLimit))
  isStarted = true

  return {
    pid: child.pid!,
    ...(pin && { cpus: pin.cpus }),
    call: (method, ...args) =>
      calls.call(id => {
        // A process that has just died is not asked: its end rejects the call.
        if (child.connected) child.send({ id, method, args } satisfies Request)
      }),
    isBusy: () => calls.isWaiting,
    isRunning: () => child.connected,
    keepAlive: does => {
      for (const handle of [child, child.channel, child.stderr as Partial<NodeJS.RefCounted>]) {
        if (does) handle?.ref?.()
        else handle?.unref?.()
      }
    },
    stop: async () => {
      if (child.connected) child.disconnect()
      const limit = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds)
      await ended.finally(() => clearTimeout(limit))
    },
  }
}

function hostError({ error, isInputError }: { error: string; isInputError: boolean }): Error {
  return isInputError ? new InputError(error) : new Error(error)
}

function notStarted(command: readonly string[]): Error {
  const by = launcher().length > 0 ? ' behind QUANTRACT_LAUNCHER' : ''
  return new InputError(
    `the process that runs the engines did not start within ${startSeconds} s${by}: check that \`${command[0]}\` starts and waits for nothing`,
  )
}
