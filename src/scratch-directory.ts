import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from './errors.ts'
import { isAlive } from './is-alive.ts'

/** Of this machine or container: the numbers of processes mean something here alone. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 6)

/** Folders in which leftovers were looked for already. */
const swept = new Set<string>()

/**
 * Makes a folder for files that nobody needs when this process is done; whoever asks for it removes it. Its name says whose
 * it is, so the next process removes those of processes that were killed.
 *
 * @param purpose - a word of the folder's name
 * @param parent - folder that it is made in; default: that of temporary files
 * @throws InputError if that is no folder
 */
export async function scratchDirectory(purpose: string, parent: string = tmpdir()): Promise<string> {
  if (!swept.has(parent)) {
    await removeLeftovers(parent)
    swept.add(parent)
  }
  return mkdtemp(join(parent, `quantract-${purpose}-${host}-${process.pid}-`))
}

async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(error => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    const other = parent === tmpdir() ? ' (TMPDIR)' : ''
    throw new InputError(
      `${parent} is no folder, but temporary files go there: make it, or name another one${other}`,
    )
  })
  for (const name of names) {
    const [, owner, pid] = /^quantract-[a-z]+-([0-9a-f]{6})-(\d+)-\w{6}$/.exec(name) ?? []
    if (owner !== host || isAlive(Number(pid))) continue
    // It may be somebody else's: then it is theirs to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
