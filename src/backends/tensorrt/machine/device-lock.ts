import { createHash } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { TensorrtTarget } from '../target.ts'

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/** Times that this process holds a lock: launches of one comparison take turns on one device. */
const held = new Map<string, number>()

/**
 * Keeps two processes from using one device at the same time: they would measure each other. Waits until it is free;
 * the lock of a process that is gone does not count.
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

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    await handle.writeFile(String(process.pid))
    await handle.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const owner = Number(await readFile(file, 'utf8').catch(() => ''))
    // Its owner may just be writing it: an empty file counts as taken.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true })
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
