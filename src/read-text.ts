import { readFile } from 'node:fs/promises'
import { InputError } from './errors.ts'
import { refuseSpecialFile } from './plain-file.ts'

/** The text of a file that a user names. Throws InputError if it cannot be read, or is not UTF-8. */
export async function readText(path: string): Promise<string> {
  await refuseSpecialFile(path)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'does not exist: check its path', EISDIR: 'is a folder: name a file' }
    throw new InputError(
      `${path}: ${why[error.code as keyof typeof why] ?? `cannot be read: ${error.message}`}`,
    )
  })
  const refuse = (encoding: string) => {
    throw new InputError(`${path}: is ${encoding}: save it as UTF-8`)
  }
  // Editors and shells of Windows write it; read as UTF-8, it would be no JSON for no reason that one sees.
  if (/^(\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0)/s.test(bytes.toString('latin1', 0, 2))) refuse('UTF-16')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('not UTF-8')
  }
}
