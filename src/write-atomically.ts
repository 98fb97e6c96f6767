import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError } from './errors.ts'
import { systemCause } from './system-error.ts'

/**
 * Where a file is to be written: behind a link, the file that it leads to. What is no file - a terminal, a pipe to another
 * program - cannot be replaced; it is written into.
 */
async function placeFor(path: string): Promise<{ readonly file: string; readonly isSpecial: boolean }> {
  const found = await stat(path).catch(() => undefined)
  if (!found || found.isDirectory()) return { file: path, isSpecial: false }
  if (found.isFile()) return { file: await realpath(path), isSpecial: false }
  // A pipe with a name would wait for whoever reads it.
  const isStandard = /^\/(?:dev|proc)\//.test(resolve(path))
  if (isStandard || found.isCharacterDevice()) return { file: path, isSpecial: true }
  throw new InputError(`${path} is no plain file: name one`)
}

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
  const { file: target, isSpecial } = await placeFor(path)
  const temporary = isSpecial ? target : `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, isSpecial ? 'w' : 'wx')
    try {
      const isWhole = typeof content === 'string' || content instanceof Uint8Array
      for (const piece of isWhole ? [content] : content) await file.writeFile(piece)
    } finally {
      await file.close()
    }
    if (!isSpecial) await rename(temporary, target)
  } catch (error) {
    if (!isSpecial) await rm(temporary, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    // What making the content threw is not about the file.
    if (code === undefined) throw error
    const why =
      code === 'ENOENT' ? 'its folder does not exist: create it first' : (systemCause(code) ?? message)
    throw new InputError(`${path} cannot be written: ${why}`)
  }
}
