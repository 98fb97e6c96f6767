import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { InputError } from '../../../errors.ts'
import type { TensorrtTarget } from '../target.ts'
import { limitsOf } from './limits.ts'
import { lockFile } from './lock-file.ts'
import { lockFolder } from './lock-folder.ts'

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/** Locks of this process, and how often it holds each: launches of one comparison take turns on one device. */
const held = new Map<string, { readonly file: FileHandle; times: number }>()

const pollMilliseconds = 500

/**
 * Keeps two processes from using one device at the same time: they would measure each other. Waits until it is free. The lock
 * is the operating system's: it ends with its process, however that ends, and is not forged by what a file holds.
 *
 * @returns releases the device
 * @throws InputError if the device is not free within the target's `timeout`
 */
export async function lockDevice(
  target: TensorrtTarget,
  { signal, onProgress }: LockOptions = {},
): Promise<() => Promise<void>> {
  const { device, launcher = [] } = target
  // Home folders may be shared by machines, whose devices have the same numbers.
  const words = JSON.stringify([hostname(), ...launcher])
  const where = createHash('sha256').update(words).digest('hex').slice(0, 8)
  const path = join(await lockFolder(), `device-${where}-${device}.lock`)
  const start = performance.now()
  while (!held.has(path)) {
    signal?.throwIfAborted()
    const file = await lockFile(path)
    if (file) {
      await sayWho(file)
      held.set(path, { file, times: 0 })
      break
    }
    const { build } = limitsOf(target)
    const who = await holderOf(path)
    if (performance.now() - start > 1000 * build) {
      throw new InputError(
        `device ${device} did not become free within ${build} s (\`timeout\` of the target): ${who} uses it`,
      )
    }
    onProgress?.(`waiting for device ${device}, which ${who} uses`)
    await setTimeout(pollMilliseconds, undefined, { ...(signal && { signal }) })
  }
  held.get(path)!.times++
  return async () => {
    const lock = held.get(path)!
    lock.times--
    if (lock.times > 0) return
    held.delete(path)
    // The file stays: who removed it could remove that of somebody who has just taken it.
    await lock.file.truncate().finally(() => lock.file.close())
  }
}

/** Writes into a lock whose it is: for people alone. */
async function sayWho(file: FileHandle): Promise<void> {
  await file.truncate()
  await file.write(`process ${process.pid} (since ${new Date().toISOString()}, in ${process.cwd()})\n`, 0)
}

/** Who holds a lock, as far as it says so. */
async function holderOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (!file) return 'another run'
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(300), position: 0 })
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n')
    return /^process \d+ \(since \P{Cc}+\)$/u.test(line) ? line : 'another run'
  } finally {
    await file.close()
  }
}
