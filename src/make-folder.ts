import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from './errors.ts'

/**
 * Makes a folder and those above it, as far as they are not there. `mkdir` of Node.js with `recursive` tries for ever where
 * the folder above is there but takes none (`/proc`), and no signal ends it.
 *
 * @throws InputError if a file is in the way, or if the folder above takes none
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  await makeFolder(dirname(path))
  await mkdir(path).catch(error => {
    if (error.code === 'ENOENT')
      throw new InputError(
        `${dirname(path)} takes no folder: name another place than ${path} (TMPDIR, QUANTRACT_CACHE)`,
      )
    if (error.code !== 'EEXIST') throw error // Else somebody else was faster.
  })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(error => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  })
  if (found && !found.isDirectory())
    throw new InputError(`${path} is a file, where a folder is to be made: name another place`)
  return found !== undefined
}
