import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { connectionLost } from './connection-lost.ts'
import { cannotRun, givesTerminal, noCommand } from './refuse-launcher.ts'

/** A shell behind a launcher that makes folders there and removes them. */
export interface Keeper {
  /** Makes a folder of this name; `ready` waits for the folder of all of them. */
  answer(name: string): Promise<void>
  /** Why it is there no more, and its folders with it. */
  lost(): Error | undefined
}

/** Seconds for a command that does nearly nothing; a scheduler may let it wait before it runs. */
const answerSeconds = 120
const removeSeconds = 10
/** What ssh ends with if it is the connection that is gone: the shell there reads the end of its stdin, and removes. */
const unreachable = 255

/** Starts the shell: it answers each name that it is told with the name. */
export function startKeeper(launcher: readonly string[], directory: string, onEnd: () => void): Keeper {
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
    `{ echo; if [ -t 0 ]; then echo terminal; exit 1; fi; mkdir ${directory} || exit 1; echo ready; while read -r name; do mkdir ${directory}/$name && echo $name; done; rm -rf ${directory}; }\n`,
  )
  return {
    lost: () => ended,
    async answer(name) {
      if (ended) throw ended
      keepAlive(child, true)
      const answered = new Promise<void>((resolve, reject) => waiting.set(name, { resolve, reject }))
      if (name !== 'ready') child.stdin.write(`${name}\n`)
      const limit = setTimeout(() => {
        endBecause(`it did not answer within ${answerSeconds} s`)
        child.kill('SIGKILL')
      }, 1000 * answerSeconds)
      await answered.finally(() => clearTimeout(limit))
    },
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
