import { type Host, startHost } from './host.ts'
import { launcher } from './launcher.ts'

/** A host that has served somebody and can serve another. */
interface UsedHost {
  readonly host: Host
  /** Kills the process, with the reason of whoever it serves then. */
  readonly kill: AbortController
}

export interface BorrowOptions {
  /** Starts the program if there is no used one. Default: with Node.js. */
  readonly start?: (program: string, options: { readonly signal: AbortSignal }) => Promise<Host>
  /** What sessions have set for the whole process: only what asks for the same gets it. */
  readonly processSettings: string
  readonly signal?: AbortSignal | undefined
}

/** Each takes some 100 MB. */
const mostIdle = 2
/** A build asks for the next one within a second or two. */
const idleMilliseconds = 5000
/** The allocator may keep what large models took; such a process is not kept. */
const mostBytes = 400e6

const idle = new Map<string, UsedHost[]>()

/**
 * A host that may have served others before, which saves its start; `stop` gives it back. It must have a method `reset`
 * that forgets what it holds and gives the bytes of its resident set. Idle hosts end after a few seconds, and do not keep
 * our process alive.
 *
 * Not for what is timed or whose memory is measured: what ran before leaves its mark on both.
 */
export async function borrowHost(
  program: string,
  { start = startHost, processSettings, signal }: BorrowOptions,
): Promise<Host> {
  signal?.throwIfAborted()
  const kind = JSON.stringify([program, processSettings, launcher()])
  const used = takeIdle(kind) ?? (await startUsable(program, start, signal))
  const kill = () => used.kill.abort(signal?.reason)
  signal?.addEventListener('abort', kill, { once: true })
  let isBorrowed = true
  return {
    ...used.host,
    async stop() {
      if (!isBorrowed) return
      isBorrowed = false
      const canServe = !used.host.isBusy() && (await isClean(used.host))
      signal?.removeEventListener('abort', kill)
      if (canServe && !used.kill.signal.aborted) keepIdle(kind, used)
      else await used.host.stop()
    },
  }
}

/** Ends what nobody uses at the moment. */
export async function endIdleHosts(): Promise<void> {
  const hosts = [...idle.values()].flat()
  idle.clear()
  await Promise.all(hosts.map(({ host }) => host.stop()))
}

async function startUsable(
  program: string,
  start: NonNullable<BorrowOptions['start']>,
  signal: AbortSignal | undefined,
): Promise<UsedHost> {
  const kill = new AbortController()
  const abort = () => kill.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return { host: await start(program, { signal: kill.signal }), kill }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function takeIdle(kind: string): UsedHost | undefined {
  const hosts = idle.get(kind) ?? []
  for (let used = hosts.pop(); used; used = hosts.pop()) {
    if (!used.host.isRunning()) continue
    used.host.keepAlive(true)
    return used
  }
  return undefined
}

function keepIdle(kind: string, used: UsedHost): void {
  const hosts = idle.get(kind) ?? []
  idle.set(kind, hosts)
  hosts.push(used)
  used.host.keepAlive(false)
  const end = (host: UsedHost | undefined) => {
    const at = host ? hosts.indexOf(host) : -1
    if (at >= 0) void hosts.splice(at, 1)[0]!.host.stop()
  }
  if (hosts.length > mostIdle) end(hosts[0])
  setTimeout(() => end(used), idleMilliseconds).unref()
}

async function isClean(host: Host): Promise<boolean> {
  const bytes = await host.call<number>('reset').catch(() => Infinity)
  return bytes < mostBytes
}
