import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { type ExecaError, execa } from 'execa'
import { InputError } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { connectionLost } from './connection-lost.ts'
import { startKeeper } from './keeper.ts'
import { shownLauncher } from './refuse-launcher.ts'

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
  /** Why it is there no more: whatever needs it fails, and says something else. */
  lost(): Error | undefined
}

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
  // What passes is not kept: it may be a model of gigabytes.
  const transfer = {
    encoding: 'buffer',
    buffer: { stdout: false },
    timeout: 1000 * transferSeconds,
  } as const
  const send = async (folder: string, names: readonly string[]) => {
    const { path } = await make()
    await execa('tar', ['-c', '-h', '-f', '-', '-C', folder, ...names], transfer)
      .pipe(program!, launch('tar', '-x', '-f', '-', '-C', path), transfer)
      .catch((error: ExecaError) => {
        throw keeper.lost() ?? notPassed(launcher, `it did not take ${names[0]}`, error)
      })
    return path
  }
  const sent = new Map<string, Promise<string>>()
  return {
    launcher,
    lost: () => keeper.lost(),
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
      const mark = `quantract-${randomUUID()}`
      const from = {
        ...transfer,
        input: `echo; echo ${mark}; exec tar -c -f - -C ${directory}/${name} .\n`,
        stdout: { transform: behind(`${mark}\n`), binary: true },
      } as const
      await execa(program!, launch('sh'), from)
        .pipe('tar', ['-x', '-f', '-', '-C', into], transfer)
        .catch((error: ExecaError) => {
          throw keeper.lost() ?? notPassed(launcher, 'files there did not come back', error)
        })
    },
  }
}

/** Leaves out what a login shell says before a line of ours. */
function behind(mark: string) {
  let before: Buffer | undefined = Buffer.alloc(0)
  return function* (chunk: unknown) {
    if (!before) return void (yield chunk)
    before = Buffer.concat([before, chunk as Uint8Array])
    const at = before.indexOf(mark)
    if (at < 0) return
    yield before.subarray(at + mark.length)
    before = undefined
  }
}

function notPassed(launcher: readonly string[], what: string, error: ExecaError): InputError {
  const stderr = Buffer.from((error.stderr ?? '') as Uint8Array).toString()
  if (/\btar: (command )?not found|\btar.*no such file/i.test(stderr)) {
    return new InputError(
      `${shownLauncher(launcher)} leads to a machine without \`tar\`, by which files travel: install it there`,
    )
  }
  return connectionLost(launcher, error.timedOut ? `${what} within ${transferSeconds} s` : what, stderr)
}

/** Throws InputError if the words of a launcher cannot be used. */
export function checkLauncher(launcher: readonly string[] | undefined): void {
  if (launcher !== undefined && (launcher.length === 0 || launcher.some(word => word === ''))) {
    throw new InputError('`launcher` of the target has an empty word')
  }
}
