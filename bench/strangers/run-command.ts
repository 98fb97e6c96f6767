import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** How a command went. */
export interface CommandRun {
  /** Exit code; undefined if a signal ended it. */
  readonly code?: number
  readonly signal?: string
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** Most resident memory of the process and all that it started, together, in bytes. Linux only, otherwise 0. */
  readonly peakMemory: number
}

const sampleEvery = 100

/** Runs a command in a process group of its own, which ends with it, after `timeout` seconds, or with `abort`. */
export function runCommand(
  command: readonly string[],
  { timeout, abort, env }: { timeout: number; abort: AbortSignal; env?: NodeJS.ProcessEnv },
): Promise<CommandRun> {
  const [file, ...args] = command as [string, ...string[]]
  const start = performance.now()
  const child = spawn(file, args, {
    detached: true,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] = (output[stream] + text).slice(-200_000)
    })
  }
  let peakMemory = 0
  let timedOut = false
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  const sampler = setInterval(() => {
    peakMemory = Math.max(peakMemory, child.pid === undefined ? 0 : memoryOfTree(child.pid))
  }, sampleEvery)
  const timer = setTimeout(() => {
    timedOut = true
    end()
  }, 1000 * timeout)
  abort.addEventListener('abort', end)
  return new Promise((resolve, reject) => {
    const done = () => {
      clearInterval(sampler)
      clearTimeout(timer)
      abort.removeEventListener('abort', end)
    }
    child.on('error', error => {
      done()
      reject(error)
    })
    child.on('close', (code, signal) => {
      done()
      end() // Hosts that it left behind.
      const how = { ...(code !== null && { code }), ...(signal !== null && { signal }) }
      resolve({ ...how, timedOut, ...output, seconds: (performance.now() - start) / 1000, peakMemory })
    })
  })
}

function memoryOfTree(root: number): number {
  const parents = new Map<number, { parent: number; pages: number }>()
  let entries: string[]
  try {
    entries = readdirSync('/proc')
  } catch {
    return 0
  }
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue
    try {
      // After the name, which may hold anything in brackets: state, parent, ...; the 22nd is resident pages.
      const fields = readFileSync(`/proc/${entry}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')
      parents.set(Number(entry), { parent: Number(fields[1]), pages: Number(fields[21]) })
    } catch {
      // It has just ended.
    }
  }
  const belongs = (pid: number): boolean => {
    if (pid === root) return true
    const process = parents.get(pid)
    return process !== undefined && process.parent > 1 && belongs(process.parent)
  }
  return [...parents].reduce((sum, [pid, { pages }]) => (belongs(pid) ? sum + 4096 * pages : sum), 0)
}
