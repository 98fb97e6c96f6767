import { spawn } from 'node:child_process'
import { constants, type FileHandle, open } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { InputError } from '../../../errors.ts'
import { systemCause } from '../../../system-error.ts'

/** `O_EXLOCK`, which macOS and Windows (by libuv: a file that nobody else may open) have. */
const exclusive: Partial<Record<NodeJS.Platform, number>> = { darwin: 0x20, win32: 0x10000000 }
const busy = ['EAGAIN', 'EBUSY']

/**
 * Takes the operating system's lock on a file, which is made if it is not there. The lock is one of the open file: the
 * system releases it when the handle is closed or its process ends, however it ends, and what the file holds does not matter.
 *
 * On Linux, where Node.js has no call for it, `flock(1)` locks the file that it inherits from us open.
 *
 * @returns the handle, to be closed; undefined if another process has the lock
 * @throws InputError if the file is no plain one or cannot be opened, or if there is no `flock`
 */
export async function lockFile(path: string): Promise<FileHandle | undefined> {
  const own = exclusive[process.platform]
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NONBLOCK ?? 0) | (own ?? 0)
  const file = await open(path, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    if (own !== undefined && busy.includes(error.code!)) return undefined
    throw new InputError(`${path} cannot be opened to lock it: ${systemCause(error.code) ?? error.message}`)
  })
  if (!file) return undefined
  try {
    if (!(await file.stat()).isFile()) throw new InputError(`${path} is no plain file: remove it`)
    if (own !== undefined || (await isTaken(file, path))) return file
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  return undefined
}

/** Locks an open file by flock(1): the lock outlives the program, because the open file is ours as well. */
async function isTaken(file: FileHandle, path: string): Promise<boolean> {
  const child = spawn('flock', ['-n', '0'], { stdio: [file.fd, 'ignore', 'pipe'] })
  const said = text(child.stderr!)
  const exitCode = await new Promise<number | null | undefined>(resolve => {
    child.once('error', () => resolve(undefined))
    child.once('close', resolve)
  })
  if (exitCode === 0) return true
  if (exitCode === 1) return false
  if (exitCode === undefined) {
    throw new InputError(
      'there is no `flock`, which keeps two runs from measuring on one device at the same time: install util-linux or BusyBox',
    )
  }
  throw new InputError(`${path} cannot be locked: ${(await said).trim().slice(0, 300) || 'flock was killed'}`)
}
