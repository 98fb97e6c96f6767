import { lstat, mkdir } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../../../errors.ts'
import { makeFolder } from '../../../make-folder.ts'

/**
 * Folder of the user's locks. All of the user's runs must come to the same one, so it does not follow `QUANTRACT_CACHE`. If
 * there is no home to write to, it is one in the folder of temporary files that nobody else can write to.
 *
 * @throws InputError if somebody else has made that one
 */
export async function lockFolder(): Promise<string> {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(base, 'quantract', 'locks')
  const isMade = await makeFolder(folder).then(
    () => true,
    () => false,
  )
  if (isMade) return folder
  const uid = process.getuid?.()
  const temporary = join(tmpdir(), `quantract-locks-${uid ?? 'user'}`)
  await mkdir(temporary, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const made = await lstat(temporary)
  if (made.isDirectory() && (uid === undefined || made.uid === uid)) return temporary
  throw new InputError(
    `${temporary} is not your folder, and ${folder} cannot be made: set XDG_CACHE_HOME to a folder of yours`,
  )
}
