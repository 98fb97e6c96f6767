import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { InputError } from '../../errors.ts'
import { ownFile, version } from '../../own-package.ts'
import type { Host, HostOptions } from '../host.ts'
import { pendingCalls } from '../pending-calls.ts'
import type { Reply, Request } from '../serve.ts'
import { connectionLost } from './connection-lost.ts'
import { type LaunchedFolder, launchedFolder } from './launched-folder.ts'
import { shownLauncher } from './refuse-launcher.ts'
import { whyNoNode } from './why-no-node.ts'

/** Where a launcher leads, and the Node.js there. */
export interface LaunchedOn {
  readonly launcher: readonly string[]
  /** Its path there, or how it is called. */
  readonly node: string
}

/** What a host on another machine says of it. */
export interface AboutMachine {
  readonly cpu: string
  readonly cores: number
  /** The line of flags that its system has of its CPU. */
  readonly flags: string
  readonly platform: string
  readonly node: string
  readonly onnxruntime: string
  /** CPU list that the process is pinned to, where it is. */
  readonly cpus?: string
}

/** A host process of ours on another machine. */
export interface LaunchedHost extends Host {
  readonly folder: LaunchedFolder
  readonly about: AboutMachine
}

const boot = 'src/engine/launched/boot.mjs'
const startSeconds = 120
/** Printed before the first message: whatever a login shell says comes before it. */
const greeting = Buffer.from(`\u0000quantract ${version}\n`)

type Told = Reply | { readonly failed: string } | { readonly about: AboutMachine }

/**
 * Starts a host program of ours where a launcher leads: our files travel, `onnxruntime-node` is there. Messages are those of
 * `startHost`, in frames over stdin and stdout.
 *
 * @param program - path of the built program in the package
 * @throws InputError if there is no machine, no Node.js or no onnxruntime-node
 */
export async function startLaunchedHost(
  { launcher, node }: LaunchedOn,
  program: string,
  { pinTo = 0, signal }: Pick<HostOptions, 'pinTo' | 'signal'> = {},
): Promise<LaunchedHost> {
  signal?.throwIfAborted()
  const folder = await launchedFolder(launcher)
  const root = await folder.sendOnce(ownFile('.'), await filesOf(program))
  const [start, ...words] = launcher
  const command = [...words, node, `${root}/${boot}`, `${root}/${program}`, String(pinTo), version]
  const child = spawn(start!, command, { stdio: 'pipe' })
  child.stdin.on('error', () => {}) // Its end says why.
  let said = ''
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-2000)
  })
  const calls = pendingCalls<AboutMachine>()
  let about: AboutMachine | undefined
  let isRunning = true
  onFrames(child, (told: Told) => {
    if ('about' in told) about = told.about
    else if ('failed' in told) calls.end(new InputError(`${shownLauncher(launcher)}: ${told.failed}`))
    else if ('ready' in told) calls.ready(about!)
    else if ('progress' in told) return
    else if ('error' in told) {
      calls.reject(
        told.id,
        folder.lost() ?? (told.isInputError ? new InputError(told.error) : new Error(told.error)),
      )
    } else calls.resolve(told.id, told.result)
  })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  const limit = setTimeout(abort, 1000 * startSeconds)
  const ended = new Promise<void>(resolve => {
    const end = async (how: string, code: number | null) => {
      if (!isRunning) return
      isRunning = false
      signal?.removeEventListener('abort', abort)
      const lost = folder.lost() ?? connectionLost(launcher, how, said)
      const isTold = about || signal?.aborted || folder.lost()
      const notStarted = isTold ? undefined : await whyNoNode(launcher, node, code, said)
      calls.end(
        signal?.aborted ? signal.reason : lost,
        signal?.aborted ? signal.reason : (notStarted ?? lost),
      )
      resolve()
    }
    child.once('error', error => end(error.message, null))
    child.once('close', (code, by) => end(by === null ? `exit code ${code}` : `ended by ${by}`, code))
  })
  const found = await calls.started.finally(() => clearTimeout(limit))
  return {
    pid: child.pid!,
    folder,
    about: found,
    ...(found.cpus !== undefined && { cpus: found.cpus }),
    call: (method, ...args) =>
      calls.call(id => {
        child.stdin.write(frame({ id, method, args } satisfies Request))
      }),
    isBusy: () => calls.isWaiting,
    isRunning: () => isRunning && !folder.lost(),
    keepAlive: does => {
      for (const handle of [child, child.stdin, child.stdout, child.stderr] as Partial<NodeJS.RefCounted>[]) {
        if (does) handle?.ref?.()
        else handle?.unref?.()
      }
    },
    stop: async () => {
      child.stdin.end()
      const stopLimit = setTimeout(abort, 10_000)
      await ended.finally(() => clearTimeout(stopLimit))
    },
  }
}

/** The built program with all that it imports, in their places, and what makes Node.js take them for modules. */
async function filesOf(program: string): Promise<string[]> {
  const names = new Set(['package.json', boot])
  const add = async (name: string): Promise<void> => {
    if (names.has(name)) return
    names.add(name)
    const text = await readFile(ownFile(name), 'utf8').catch(() => {
      throw new InputError(`${name} of quantract is not built: run \`npm run build\``)
    })
    const imports = [...text.matchAll(/(?:from|import)\s*\(?["'](\.{1,2}\/[^"']+)["']/g)]
    for (const [, path] of imports) await add(join(dirname(name), path!))
  }
  await add(program)
  return [...names]
}

/** A message as boot.mjs reads it: its length in four bytes, then V8's own form. */
function frame(message: unknown): Buffer {
  const body = serialize(message)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  return Buffer.concat([head, body])
}

/** Reads frames from what a process writes, behind the greeting. */
function onFrames({ stdout }: ChildProcess, onMessage: (message: Told) => void): void {
  let chunks: Buffer[] = []
  let bytes = 0
  let isGreeted = false
  const take = () => {
    const all = Buffer.concat(chunks)
    let at = 0
    if (!isGreeted) {
      const found = all.indexOf(greeting)
      if (found < 0) return
      isGreeted = true
      at = found + greeting.length
    }
    while (all.length - at >= 4 && all.length - at >= 4 + all.readUInt32LE(at)) {
      const length = all.readUInt32LE(at)
      onMessage(deserialize(all.subarray(at + 4, at + 4 + length)) as Told)
      at += 4 + length
    }
    chunks = [all.subarray(at)]
    bytes = all.length - at
  }
  stdout!.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    const [first] = chunks
    // Joining is worth it only if a whole frame may be there.
    const needed = isGreeted && first!.length >= 4 ? 4 + first!.readUInt32LE(0) : 0
    if (bytes >= needed) take()
  })
}
