import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface StartOptions {
  readonly cwd?: string
  /** Aborting ends the process. */
  readonly signal?: AbortSignal | undefined
  /** Whether what the process starts is ended with it. It has no terminal then that could ask for a password. */
  readonly asGroup: boolean
}

/** A process that ends when it is to end. */
export interface BoundedProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** Asks it to end, and ends it if it does not. */
  readonly end: () => void
  /** When it has ended, and its outputs have; undefined if it could not be started or a signal ended it. */
  readonly ended: Promise<{ readonly exitCode: number | undefined; readonly signal?: NodeJS.Signals }>
}

/** A program that is told to end may still tidy up. */
const graceMilliseconds = 2000

/** Starts a process of which nothing is left when it has ended, and which keeps nobody waiting for its outputs then. */
export function startBounded(
  [program, ...words]: readonly string[],
  { cwd, signal, asGroup }: StartOptions,
): BoundedProcess {
  const detached = asGroup && process.platform !== 'win32'
  const child = spawn(program!, words, { cwd, detached, stdio: 'pipe' })
  // A program that ends at once is known by how it ended.
  child.stdin.on('error', () => {})
  const kill = (how: NodeJS.Signals) => {
    try {
      if (detached && child.pid !== undefined) process.kill(-child.pid, how)
      else child.kill(how)
    } catch {
      // It is gone.
    }
  }
  let last: NodeJS.Timeout | undefined
  const end = () => {
    kill('SIGTERM')
    last ??= setTimeout(() => {
      kill('SIGKILL')
      // Whoever left the group may still hold them.
      child.stdout.destroy()
      child.stderr.destroy()
    }, graceMilliseconds)
  }
  const killNow = () => kill('SIGKILL')
  process.once('exit', killNow)
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()

  const closed = [child.stdout, child.stderr].map(stream => once(stream, 'close'))
  const exit = new Promise<{ exitCode: number | undefined; signal?: NodeJS.Signals }>(resolve => {
    child.once('error', () => resolve({ exitCode: undefined }))
    child.once('exit', (code, how) => resolve({ exitCode: code ?? undefined, ...(how && { signal: how }) }))
  })
  const ended = exit.then(async how => {
    end() // What it leaves behind.
    await Promise.all(closed)
    clearTimeout(last)
    if (detached) kill('SIGKILL')
    signal?.removeEventListener('abort', end)
    process.removeListener('exit', killNow)
    return how
  })
  return { child, end, ended }
}
