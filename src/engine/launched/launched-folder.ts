import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { type ExecaError, execa } from 'execa'
import { InputError } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { connectionLost } from './connection-lost.ts'
import { startKeeper } from './keeper.ts'
import { type LaunchLimits, usualLimits } from './launch-limits.ts'
import { shownLauncher } from './refuse-launcher.ts'

/** A folder of ours on a machine behind a launcher, for as long as this process lives. */
export interface LaunchedFolder {
  /** Words that run a command there. */
  readonly launcher: readonly string[]
  /** Sends files of a folder of ours, which keep their places in it; gives the folder's path there. */
  send(folder: string, names: readonly string[]): Promise<string>
  /** The same, once: whoever asks again gets the path there of the first time. */
  sendOnce(folder: string, names: readonly string[]): Promise<string>
  /** Sends a model with its external data, once; gives its path there. */
  sendModel(path: string): Promise<string>
  /** Makes an empty folder there and gives its name and path. */
  make(): Promise<{ readonly name: string; readonly path: string }>
  /** Brings what is in a folder that `make` has made, or one file or folder of it, into one of ours. */
  fetch(name: string, into: string, what?: string): Promise<void>
  /** Removes a folder that `make` has made; what is in it is not needed any more. */
  remove(name: string): Promise<void>
  /** Why it is there no more: whatever needs it fails, and says something else. */
  lost(): Error | undefined
}

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
export function launchedFolder(
  launcher: readonly string[],
  limits: LaunchLimits = usualLimits,
): Promise<LaunchedFolder> {
  const key = JSON.stringify([launcher, limits])
  const known = folders.get(key)
  if (known) return known
  // Whoever asks after a lost connection gets a new one.
  const forget = () => void (folders.get(key) === opened && folders.delete(key))
  const opened = open(launcher, limits, forget)
  folders.set(key, opened)
  opened.catch(forget)
  return opened
}

async function open(
  launcher: readonly string[],
  limits: LaunchLimits,
  onEnd: () => void,
): Promise<LaunchedFolder> {
  const [program, ...words] = launcher
  const launch = (...command: readonly string[]) => [...words, ...command]
  const directory = `/tmp/quantract-${randomUUID()}`
  const keeper = startKeeper(launcher, directory, limits, onEnd)
  await keeper.ready()
  let made = 0
  const make = async () => {
    const name = `folder-${made++}`
    await keeper.make(name)
    return { name, path: `${directory}/${name}` }
  }
  // What passes is not kept: it may be a model of gigabytes.
  const transfer = {
    encoding: 'buffer',
    buffer: { stdout: false },
    timeout: 1000 * limits.transfer,
  } as const
  const send = async (folder: string, names: readonly string[]) => {
    const { path } = await make()
    // A name may begin as an option does.
    const files = names.map(name => `./${name}`)
    await execa('tar', ['-c', '-h', '-f', '-', '-C', folder, ...files], transfer)
      .pipe(program!, launch('tar', '-x', '-f', '-', '-C', path), transfer)
      .catch((error: ExecaError) => {
        throw keeper.lost() ?? notPassed(launcher, `it did not take ${names[0]}`, error, limits)
      })
    return path
  }
  const sent = new Map<string, Promise<string>>()
  const once = (key: string, sending: () => Promise<string>) => {
    const known = sent.get(key) ?? sending()
    sent.set(key, known)
    known.catch(() => sent.delete(key))
    return known
  }
  return {
    launcher,
    lost: () => keeper.lost(),
    make,
    remove: name => keeper.remove(name),
    send,
    sendOnce: (folder, names) => once(JSON.stringify([folder, ...names]), () => send(folder, names)),
    async sendModel(path) {
      const { size, mtimeMs, ino } = await stat(path)
      return once(JSON.stringify([resolve(path), size, mtimeMs, ino]), async () => {
        const folder = dirname(resolve(path))
        const files = await dataFiles(path, { mayBeEmpty: true })
        const there = await send(folder, [basename(path), ...files.map(file => relative(folder, file))])
        return `${there}/${basename(path)}`
      })
    },
    async fetch(name, into, what = '.') {
      await makeFolder(into)
      const mark = `quantract-${randomUUID()}`
      const from = {
        ...transfer,
        input: `echo; echo ${mark}; exec tar -c -f - -C ${directory}/${name} ${what}\n`,
        stdout: { transform: behind(`${mark}\n`), binary: true },
      } as const
      await execa(program!, launch('sh'), from)
        .pipe('tar', ['-x', '-f', '-', '-C', into], transfer)
        .catch((error: ExecaError) => {
          throw keeper.lost() ?? notPassed(launcher, 'files there did not come back', error, limits)
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

function notPassed(
  launcher: readonly string[],
  what: string,
  error: ExecaError,
  { transfer, named }: LaunchLimits,
): InputError {
  const stderr = Buffer.from((error.stderr ?? '') as Uint8Array).toString()
  if (/\btar: (command )?not found|\btar.*no such file/i.test(stderr)) {
    return new InputError(
      `${shownLauncher(launcher)} leads to a machine without \`tar\`, by which files travel: install it there`,
    )
  }
  return connectionLost(launcher, error.timedOut ? `${what} within ${transfer} s${named}` : what, stderr)
}

/** Throws InputError if the words of a launcher cannot be used. */
export function checkLauncher(launcher: readonly string[] | undefined): void {
  if (launcher !== undefined && (launcher.length === 0 || launcher.some(word => word === ''))) {
    throw new InputError('`launcher` of the target has an empty word')
  }
}
