import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { InputError } from '../../../errors.ts'
import { isAlive } from '../../../is-alive.ts'
import type { TensorrtTarget } from '../target.ts'

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/** Times that this process holds a lock: launches of one comparison take turns on one device. */
const held = new Map<string, number>()

/**
 * Keeps two processes from using one device at the same time: they would measure each other. Waits until it is free;
 * the lock of a process that is gone does not count, nor one that names no process.
 *
 * @returns releases the device
 */
export async function lockDevice(
  { device, launcher = [] }: TensorrtTarget,
  { signal, onProgress }: LockOptions = {},
): Promise<() => Promise<void>> {
  const where = createHash('sha256').update(launcher.join(' ')).digest('hex').slice(0, 8)
  const file = join(tmpdir(), `quantract-device-${where}-${device}.lock`)
  while (!held.has(file) && !(await take(file))) {
    signal?.throwIfAborted()
    onProgress?.(`waiting for device ${device}, which another run uses`)
    await setTimeout(500, undefined, { ...(signal && { signal }) })
  }
  held.set(file, (held.get(file) ?? 0) + 1)
  return async () => {
    const left = held.get(file)! - 1
    if (left > 0) held.set(file, left)
    else {
      held.delete(file)
      await rm(file, { force: true })
    }
  }
}

/** Whether the lock is ours now. */
async function take(file: string): Promise<boolean> {
  // Written first and linked then: no lock is ever without its owner.
  const own = `${file}.${process.pid}.${randomUUID()}`
  await writeFile(own, `${process.pid} ${await startOf(process.pid)}`, { flag: 'wx' })
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (await isAbandoned(file)) await remove(file)
    return false
  } finally {
    await rm(own, { force: true })
  }
}

/** Whether the owner of a lock is gone: also if its number has become that of another process, or the file says none. */
async function isAbandoned(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new InputError(
      `${file} locks the device and cannot be read (${error.code}): remove it if no other run uses the device`,
    )
  })
  if (text === undefined) return false
  const [pid, start = ''] = text.split(' ')
  const owner = Number(pid)
  return !(owner > 0) || !isAlive(owner) || (start !== '' && start !== (await startOf(owner)))
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `${file} locks the device for a process that is gone, and cannot be removed (${error.code}): remove it`,
    )
  })
}

/** When a process was started, in ticks since the machine was; empty if the system does not say. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
