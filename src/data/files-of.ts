import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { InputError } from '../errors.ts'
import { whyUnreadable } from './why-unreadable.ts'

/**
 * The files of a folder and of the folders below it, in the order of their paths, or a list of files as it is. Hidden
 * files are left out.
 *
 * @param name what to call the data in messages
 * @throws InputError if the folder is missing or there is no file
 */
export async function filesOf(
  given: string | readonly string[],
  name: string,
  isWanted: (file: string) => boolean = () => true,
): Promise<readonly string[]> {
  if (typeof given !== 'string') {
    if (given.length === 0) throw new InputError(`${name} is an empty list: name at least one file`)
    return given
  }
  const entries = await readdir(given, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new InputError(
        error.code === 'ENOTDIR'
          ? `${name} is a file: give a folder or a list of files`
          : whyUnreadable(name, error),
      )
    },
  )
  const files = entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(isWanted)
  if (files.length === 0) throw new InputError(`${name} holds no files that can be read as samples`)
  // By code units, so that every machine has the same order.
  return files.sort((a, b) => compare(a.split(sep), b.split(sep)))
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (part !== other) return part < other ? -1 : 1
  }
  return -1
}
