import { stat } from 'node:fs/promises'
import { InputError } from './errors.ts'

/**
 * Throws InputError if a path is a pipe, a device or a socket: to open one would be to wait for whoever writes into it. What
 * is missing is told by whoever reads it.
 *
 * @param name what to call it in messages
 */
export async function refuseSpecialFile(path: string, name = path): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (!found || found.isFile() || found.isDirectory()) return
  throw new InputError(`${name} is no plain file: copy what it gives into one, and name that`)
}
