import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { InputError } from './errors.ts'
import { systemCause } from './system-error.ts'

/**
 * Writes a file that appears under its name only when it is complete, in place of what was there before. Nothing is left
 * behind on failure.
 *
 * @param content text, bytes, or pieces of bytes that are made while writing
 * @throws InputError if the file cannot be written
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      const isWhole = typeof content === 'string' || content instanceof Uint8Array
      for (const piece of isWhole ? [content] : content) await file.writeFile(piece)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    // What making the content threw is not about the file.
    if (code === undefined) throw error
    const why =
      code === 'ENOENT' ? 'its folder does not exist: create it first' : (systemCause(code) ?? message)
    throw new InputError(`${path} cannot be written: ${why}`)
  }
}
