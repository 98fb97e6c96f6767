import { existsSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '../../make-folder.ts'
import { writeAtomically } from '../../write-atomically.ts'

/**
 * Writes the files that are not there yet. If one of them cannot be written, none stays, and no folder that was made for them.
 *
 * @param made what was written for them before, in a folder that is theirs
 * @returns the paths that were there already
 * @throws InputError if one cannot be written
 */
export async function writeNew(
  files: readonly (readonly [path: string, text: string])[],
  made: readonly string[] = [],
): Promise<readonly string[]> {
  const missing = files.filter(([path]) => !existsSync(path))
  const folders = [
    ...new Set([
      ...missing.flatMap(([path]) => missingFolders(path)),
      ...made.map(path => dirname(resolve(path))),
    ]),
  ]
  const written = [...made]
  try {
    for (const [path, text] of missing) {
      await makeFolder(dirname(path))
      await writeAtomically(path, text)
      written.push(path)
    }
  } catch (error) {
    for (const path of written) await rm(path, { force: true })
    // The innermost first; one that others have put something into stays.
    const deepestFirst = folders.toSorted((a, b) => b.length - a.length)
    for (const folder of deepestFirst) await rmdir(folder).catch(() => {})
    throw error
  }
  return files.filter(each => !missing.includes(each)).map(([path]) => path)
}

/** The folders that a file needs and that are not there, absolute. */
function missingFolders(path: string): string[] {
  const folder = dirname(resolve(path))
  return existsSync(folder) ? [] : [folder, ...missingFolders(folder)]
}
