import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type ExecaError, execa } from 'execa'
import { InputError } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { maskSecrets } from '../mask-secrets.ts'
import { connectionLost } from './connection-lost.ts'

/** A folder of ours on a machine behind a launcher, for as long as this process lives. */
export interface LaunchedFolder {
  /** Words that run a command there. */
  readonly launcher: readonly string[]
  /** Sends files of a folder of ours, which keep their places in it; gives the folder's path there. */
  send(folder: string, names: readonly string[]): Promise<string>
  /** Sends a model with its external data, once; gives its path there. */
  sendModel(path: string): Promise<string>
  /** Makes an empty folder there and gives its name and path. */
  make(): Promise<{ readonly name: string; readonly path: string }>
  /** Brings what is in a folder that `make` has made into one of ours. */
  fetch(name: string, into: string): Promise<void>
}

/** Seconds for a command that does nearly nothing; a scheduler may let it wait before it runs. */
const answerSeconds = 120
const transferSeconds = 600

const folders = new Map<string, Promise<LaunchedFolder>>()

/**
 * The folder behind a launcher: any words that run a command and pass on stdin and stdout, such as `ssh host`,
 * `docker exec -i box`, `kubectl exec -i pod --` or `srun`.
 *
 * Launchers differ in how they quote, so what stands behind them is plain letters. One shell there stays open: it makes
 * folders, and when its stdin ends, however we end, it removes all of them.
 *
 * @throws InputError if it cannot run a command
 */
export function launchedFolder(launcher: readonly string[]): Promise<LaunchedFolder> {
  const key = JSON.stringify(launcher)
  const known = folders.get(key)
  if (known) return known
  // Whoever asks after a lost connection gets a new one.
  const forget = () => void (folders.get(key) === opened && folders.delete(key))
  const opened = open(launcher, forget)
  folders.set(key, opened)
  opened.catch(forget)
  return opened
}

async function open(launcher: readonly string[], onEnd: () => void): Promise<LaunchedFolder> {
  const [program, ...words] = launcher
  const launch = (...command: readonly string[]) => [...words, ...command]
  const directory = `/tmp/quantract-${randomUUID()}`
  const keeper = startKeeper(launcher, directory, onEnd)
  await keeper.answer('ready')
  let made = 0
  const make = async () => {
    const name = `folder-${made++}`
    await keeper.answer(name)
    return { name, path: `${directory}/${name}` }
  }
  const transfer = { timeout: 1000 * transferSeconds } as const
  const send = async (folder: string, names: readonly string[]) => {
    const { path } = await make()
    await execa('tar', ['-c', '-h', '-f', '-', '-C', folder, ...names], { encoding: 'buffer', ...transfer })
      .pipe(program!, launch('tar', '-x', '-f', '-', '-C', path), transfer)
      .catch((error: ExecaError) => {
        throw connectionLost(launcher, `it did not take ${names[0]}`, String(error.stderr ?? ''))
      })
    return path
  }
  const sent = new Map<string, Promise<string>>()
  return {
    launcher,
    make,
    send,
    async sendModel(path) {
      const { size, mtimeMs, ino } = await stat(path)
      const key = JSON.stringify([resolve(path), size, mtimeMs, ino])
      const known = sent.get(key)
      if (known) return known
      const folder = dirname(resolve(path))
      const sending = dataFiles(path, { mayBeEmpty: true })
        .then(files => send(folder, [basename(path), ...files.map(file => relative(folder, file))]))
        .then(there => `${there}/${basename(path)}`)
      sent.set(key, sending)
      sending.catch(() => sent.delete(key))
      return sending
    },
    async fetch(name, into) {
      await makeFolder(into)
      const from = launch('tar', '-c', '-f', '-', '-C', `${directory}/${name}`, '.')
      await execa(program!, from, { encoding: 'buffer', stdin: 'ignore', ...transfer })
        .pipe('tar', ['-x', '-f', '-', '-C', into], transfer)
        .catch((error: ExecaError) => {
          throw connectionLost(launcher, 'files there did not come back', String(error.stderr ?? ''))
        })
    },
  }
}

/** The shell that makes folders and removes them: it answers each name that it is told with the name. */
function startKeeper(launcher: readonly string[], directory: string, onEnd: () => void) {
  const [program, ...words] = launcher
  const child = spawn(program!, [...words, 'sh'], { stdio: 'pipe' })
  child.stdin.on('error', () => {}) // Its end says why.
  let said = ''
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-2000)
  })
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()
  let ended: Error | undefined
  const end = (why: string, because: Error = connectionLost(launcher, why, said)) => {
    ended ??= because
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
    onEnd()
  }
  child.once('error', (error: NodeJS.ErrnoException) =>
    end(error.message, error.code === 'ENOENT' ? noCommand(launcher) : undefined),
  )
  child.once('close', code => end(`exit code ${code}`))
  createInterface({ input: child.stdout }).on('line', line => {
    waiting.get(line)?.resolve()
    waiting.delete(line)
    if (waiting.size === 0) keepAlive(child, false)
  })
  // In braces, so that `sh` has read all of it before it begins.
  child.stdin.write(
    `{ mkdir ${directory} && echo ready; while read -r name; do mkdir ${directory}/$name && echo $name; done; rm -rf ${directory}; }\n`,
  )
  return {
    async answer(name: string): Promise<void> {
      if (ended) throw ended
      keepAlive(child, true)
      const answered = new Promise<void>((resolve, reject) => waiting.set(name, { resolve, reject }))
      if (name !== 'ready') child.stdin.write(`${name}\n`)
      const limit = setTimeout(() => {
        end(`it did not answer within ${answerSeconds} s`)
        child.kill('SIGKILL')
      }, 1000 * answerSeconds)
      await answered.finally(() => clearTimeout(limit))
    },
  }
}

function noCommand(launcher: readonly string[]): InputError {
  return new InputError(
    `\`${maskSecrets(launcher).join(' ')}\` of the target cannot be started: there is no command \`${launcher[0]}\` here: install it, or give its path as the first word of \`launcher\``,
  )
}

/** Whether our process waits for this one. */
function keepAlive(child: ChildProcessWithoutNullStreams, does: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as readonly Partial<NodeJS.RefCounted>[]
  for (const handle of handles) {
    if (does) handle.ref?.()
    else handle.unref?.()
  }
}

/** Throws InputError if the words of a launcher cannot be used. */
export function checkLauncher(launcher: readonly string[] | undefined): void {
  if (launcher !== undefined && (launcher.length === 0 || launcher.some(word => word === ''))) {
    throw new InputError('`launcher` of the target has an empty word')
  }
}
