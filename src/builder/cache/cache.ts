import { existsSync } from 'node:fs'
import { chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { cacheDirectory } from '../../cache-directory.ts'
import { jsonText } from '../../json-text.ts'
import { makeFolder } from '../../make-folder.ts'
import { scratchDirectory } from '../../scratch-directory.ts'
import { hashFile, hashJson } from './hash.ts'

const recordFile = 'record.json'

/** An entry of the cache: its directory and the record that describes it. */
export interface CacheEntry<Entry> {
  readonly directory: string
  readonly record: Entry
  readonly fromCache: boolean
  /** Present if there was an entry, but not as it had been written: it was made anew. */
  readonly damaged?: true
}

/** What `record.json` holds: it is believed only if everything is as it was written. */
interface Sealed<Entry> {
  readonly record: Entry
  /** SHA-256 of the other files of the entry, by name. */
  readonly files: Readonly<Record<string, string>>
  /** SHA-256 of the two. */
  readonly seal: string
}

/**
 * Content-addressed: gives the entry for `key`, made by `make` where it is not there yet.
 *
 * `make` writes its files into a directory of its own, which takes its place in one step when it is complete: an
 * interrupted build leaves nothing behind, and two processes that build the same never see half of it. An entry of which a
 * byte has changed since is made anew. Users may share a cache: what one may neither read nor replace of another's is made
 * once more, in a place of one's own.
 *
 * @param isFinal - whether an entry is taken as it is; otherwise it is made anew and replaced
 */
export async function cached<Entry>(
  key: unknown,
  make: (directory: string) => Promise<Entry>,
  isFinal: (record: Entry) => boolean = () => true,
): Promise<CacheEntry<Entry>> {
  const root = cacheDirectory()
  const shared = join(root, hashJson(key))
  const places = new Map<string, 'absent' | 'damaged' | 'outdated'>()
  for (const directory of placesOf(shared)) {
    const found = await readEntry<Entry>(directory)
    if (typeof found === 'object' && isFinal(found.record)) return { directory, ...found, fromCache: true }
    places.set(directory, typeof found === 'object' ? 'outdated' : found)
  }

  await makeFolder(root)
  const temporary = await scratchDirectory('building', root)
  try {
    const made = await make(temporary)
    await seal(temporary, made)
    // Folders of temporary files are for their user alone.
    await chmod(temporary, 0o777 & ~process.umask())
    const { directory, theirs } = await takePlace<Entry>(temporary, places)
    if (theirs) return { directory, ...theirs, fromCache: true }
    return {
      directory,
      record: made,
      fromCache: false,
      ...([...places.values()].includes('damaged') && { damaged: true }),
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Where the entry of a place may be: there, or beside it where that is somebody else's. */
function placesOf(directory: string): readonly string[] {
  const user = process.getuid?.()
  return user === undefined ? [directory] : [directory, `${directory}-of-${user}`]
}

/** Moves a folder to the first place that it may have, in place of what was found there. */
async function takePlace<Entry>(
  temporary: string,
  places: ReadonlyMap<string, 'absent' | 'damaged' | 'outdated'>,
): Promise<{ readonly directory: string; readonly theirs?: Pick<CacheEntry<Entry>, 'record'> }> {
  let refusal: unknown
  for (const [directory, found] of places) {
    try {
      if (found !== 'absent') await rm(directory, { recursive: true, force: true })
      await rename(temporary, directory)
      return { directory }
    } catch (error) {
      refusal ??= error
      // What another user has put there stays.
      if (['EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) continue
      // Somebody else was faster: theirs is as good, but another one if chance or time decides. Anything else is an error.
      const theirs = await readEntry<Entry>(directory)
      if (typeof theirs === 'object') return { directory, theirs }
      break
    }
  }
  throw refusal
}

async function seal(directory: string, record: unknown): Promise<void> {
  const files = await hashFiles(directory)
  const sealed: Sealed<unknown> = { record, files, seal: hashJson([record, files]) }
  await writeFile(join(directory, recordFile), jsonText(sealed))
}

async function readEntry<Entry>(
  directory: string,
): Promise<Pick<CacheEntry<Entry>, 'record'> | 'absent' | 'damaged'> {
  try {
    const { record, seal }: Sealed<Entry> = JSON.parse(await readFile(join(directory, recordFile), 'utf8'))
    const isWhole = seal === hashJson([record, await hashFiles(directory)])
    return isWhole ? { record } : 'damaged'
  } catch {
    return existsSync(directory) ? 'damaged' : 'absent'
  }
}

/** Of everything in a folder and below it; folders count too, so that one that nobody made is seen. */
async function hashFiles(directory: string): Promise<Sealed<unknown>['files']> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const found = entries
    .map(entry => ({ entry, name: relative(directory, join(entry.parentPath, entry.name)) }))
    .filter(({ name }) => name !== recordFile)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const hashed = found.map(async ({ entry, name }) => [
    name,
    entry.isDirectory() ? 'a folder' : (await hashFile(join(directory, name))).sha256,
  ])
  return Object.fromEntries(await Promise.all(hashed))
}
