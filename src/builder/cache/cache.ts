import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { hashJson } from './hash.ts'

/** Directory of built engines: `QUANTRACT_CACHE`, or `quantract` in the user's cache directory. */
export function cacheDirectory(): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return process.env.QUANTRACT_CACHE ?? join(base, 'quantract')
}

/** An entry of the cache: its directory and the record that describes it. */
export interface CacheEntry<Entry> {
  readonly directory: string
  readonly record: Entry
  readonly fromCache: boolean
}

/**
 * Content-addressed: gives the entry for `key`, made by `make` where it is not there yet.
 *
 * `make` writes its files into a directory of its own, which takes its place in one step when it is complete: an
 * interrupted build leaves nothing behind, and two processes that build the same never see half of it.
 *
 * @param isFinal - whether an entry is taken as it is; otherwise it is made anew and replaced
 */
export async function cached<Entry>(
  key: unknown,
  make: (directory: string) => Promise<Entry>,
  isFinal: (record: Entry) => boolean = () => true,
): Promise<CacheEntry<Entry>> {
  const root = cacheDirectory()
  const directory = join(root, hashJson(key))
  const record = await readRecord<Entry>(directory)
  if (record && isFinal(record)) return { directory, record, fromCache: true }

  await mkdir(root, { recursive: true })
  const temporary = await mkdtemp(join(root, 'building-'))
  try {
    const made = await make(temporary)
    await writeFile(join(temporary, 'record.json'), JSON.stringify(made))
    if (record) await rm(directory, { recursive: true, force: true })
    await rename(temporary, directory).catch(async error => {
      // Somebody else was faster: theirs is as good. Anything else is an error.
      if (!(await readRecord(directory))) throw error
    })
    return { directory, record: made, fromCache: false }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function readRecord<Entry>(directory: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, 'record.json'), 'utf8')) as Entry
  } catch {
    return undefined // Absent, or damaged: built again.
  }
}
