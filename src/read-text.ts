import { readFile } from 'node:fs/promises'
import { InputError } from './errors.ts'
import { refuseSpecialFile } from './plain-file.ts'

/** The text of a file that a user names. Throws InputError if it cannot be read. */
export async function readText(path: string): Promise<string> {
  await refuseSpecialFile(path)
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'does not exist: check its path', EISDIR: 'is a folder: name a file' }
    throw new InputError(
      `${path}: ${why[error.code as keyof typeof why] ?? `cannot be read: ${error.message}`}`,
    )
  })
}
