import { createInterface } from 'node:readline'
import { execa, type Result } from 'execa'
import type { Host } from './host.ts'
import { pendingCalls } from './pending-calls.ts'
import { readAnswer } from './read-answer.ts'
import { watchHost } from './watch-host.ts'

/** A host program in another language than ours, which answers calls by lines of JSON. */
export interface JsonLinesHost<Args> extends Omit<Host, 'call' | 'cpus'> {
  /** What the program said when it was ready, e.g. the version of its runtime. */
  readonly ready: string
  /** Calls a method of the program. Rejects with its error, or when the process ends. */
  call<Result>(method: string, args: Args): Promise<Result>
}

export interface JsonLinesOptions {
  readonly signal?: AbortSignal | undefined
  /** The error of a call that the program could not answer. */
  readonly onError: (message: string) => Error
  /** Why the program did not start, in its own words. */
  readonly onFailed: (message: string) => Error
  /** What is wrong if it writes a line that is no answer. */
  readonly onRubbish: (line: string) => Error
  /** The error of all calls once the process has ended. */
  readonly onEnd: (ended: EndedProgram) => Error
  /** Default: that of `onEnd`. */
  readonly onEndWhileStarting?: (ended: EndedProgram) => Error
  /** Whether the process does the work itself, and hangs if it uses no CPU for long; a launcher only waits. */
  readonly isWatched?: boolean
}

/** Characters of a line that a message shows. */
const mostShown = 200

export type EndedProgram = Pick<Result, 'exitCode' | 'signal' | 'originalMessage'> & {
  readonly stderr: string
}

/** Starts a program and waits until it is ready. It answers calls in any order, and ends with its stdin. */
export async function startJsonLines<Args>(
  command: readonly string[],
  { signal, onError, onFailed, onRubbish, onEnd, onEndWhileStarting = onEnd, isWatched }: JsonLinesOptions,
): Promise<JsonLinesHost<Args>> {
  signal?.throwIfAborted()
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
  let [isRunning, isReady] = [true, false]
  let broken: Error | undefined
  const endBroken = (error: Error) => {
    broken ??= error
    child.kill('SIGKILL')
  }
  createInterface({ input: child.stdout }).on('line', line => {
    const answer = readAnswer(line)
    if (!answer) {
      // A wrapper of the program may say something before it.
      if (isReady) endBroken(onRubbish(line.slice(0, mostShown)))
    } else if ('ready' in answer) {
      isReady = true
      calls.ready(answer.ready)
    } else if ('failed' in answer) calls.end(onFailed(answer.failed))
    else if ('error' in answer) calls.reject(answer.id, onError(answer.error))
    else calls.resolve(answer.id, answer.result)
  })
  const unwatch =
    isWatched && child.pid !== undefined ? watchHost(child.pid, () => calls.isWaiting, endBroken) : undefined
  const ended = child.then(result => {
    isRunning = false
    unwatch?.()
    if (broken) return calls.end(broken)
    if (signal?.aborted) return calls.end(signal.reason)
    calls.end(onEnd(result as EndedProgram), onEndWhileStarting(result as EndedProgram))
  })
  const ready = await calls.started
  return {
    pid: child.pid!,
    ready,
    call: (method, args) =>
      calls.call(id => {
        child.stdin.write(`${JSON.stringify({ id, method, args })}\n`)
      }),
    isBusy: () => calls.isWaiting,
    isRunning: () => isRunning,
    keepAlive: does => {
      for (const handle of [child, child.stdin, child.stdout, child.stderr] as Partial<NodeJS.RefCounted>[]) {
        if (does) handle.ref?.()
        else handle.unref?.()
      }
    },
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
