import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { connectionLost } from './connection-lost.ts'
import type { LaunchLimits } from './launch-limits.ts'
import { cannotRun, givesTerminal, noCommand } from './refuse-launcher.ts'

/** A shell behind a launcher that makes folders there and removes them. */
export interface Keeper {
  /** Waits for the folder of all of them. */
  ready(): Promise<void>
  /** Makes a folder of this name. */
  make(name: string): Promise<void>
  /** Removes a folder of this name. */
  remove(name: string): Promise<void>
  /** Why it is there no more, and its folders with it. */
  lost(): Error | undefined
}

const removeSeconds = 10
/** What ssh ends with if it is the connection that is gone: the shell there reads the end of its stdin, and removes. */
const unreachable = 255

/**
 * Starts the shell: it answers each line that it is told with the line, which is the name of a folder to make, or a `-` and
 * the name of one to remove.
 */
export function startKeeper(
  launcher: readonly string[],
  directory: string,
  { answer: answerSeconds, named }: LaunchLimits,
  onEnd: () => void,
): Keeper {
  const [program, ...words] = launcher
  const child = spawn(program!, [...words, 'sh'], { stdio: 'pipe' })
  child.stdin.on('error', () => {}) // Its end says why.
  let said = ''
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-2000)
  })
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()
  let ended: Error | undefined
  let isReady = false
  const end = (error: Error) => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
    onEnd()
  }
  const endBecause = (how: string) => end((isReady ? connectionLost : cannotRun)(launcher, how, said))
  child.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? end(noCommand(launcher)) : endBecause(error.message),
  )
  child.once('close', (code, by) => {
    endBecause(by === null ? `exit code ${code}` : `ended by ${by}`)
    // A shell that is killed removes nothing.
    if (isReady && code !== unreachable) {
      const options = { reject: false, stdio: 'ignore', timeout: 1000 * removeSeconds } as const
      void execa(program!, [...words, 'rm', '-rf', directory], options)
    }
  })
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === 'terminal') {
      end(givesTerminal(launcher))
      return child.kill('SIGKILL')
    }
    if (line === 'ready') isReady = true
    waiting.get(line)?.resolve()
    waiting.delete(line)
    if (waiting.size === 0) keepAlive(child, false)
  })
  // In braces, so that `sh` has read all of it before it begins; behind a line of our own, where a banner has no end.
  child.stdin.write(
    `{ echo; if [ -t 0 ]; then echo terminal; exit 1; fi; mkdir ${directory} || exit 1; echo ready; while read -r line; do case $line in -*) rm -rf ${directory}/\${line#-};; *) mkdir ${directory}/$line;; esac || break; echo $line; done; rm -rf ${directory}; }\n`,
  )
  const answer = async (line: string) => {
    if (ended) throw ended
    keepAlive(child, true)
    const answered = new Promise<void>((resolve, reject) => waiting.set(line, { resolve, reject }))
    if (line !== 'ready') child.stdin.write(`${line}\n`)
    const limit = setTimeout(() => {
      endBecause(`it did not answer within ${answerSeconds} s${named}`)
      child.kill('SIGKILL')
    }, 1000 * answerSeconds)
    await answered.finally(() => clearTimeout(limit))
  }
  return {
    lost: () => ended,
    ready: () => answer('ready'),
    make: answer,
    remove: name => answer(`-${name}`),
  }
}

/** Whether our process waits for this one. */
function keepAlive(child: ChildProcessWithoutNullStreams, does: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as readonly Partial<NodeJS.RefCounted>[]
  for (const handle of handles) {
    if (does) handle.ref?.()
    else handle.unref?.()
  }
}
