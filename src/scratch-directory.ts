import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
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
 */
export async function scratchDirectory(purpose: string, parent: string = tmpdir()): Promise<string> {
  if (!swept.has(parent)) {
    swept.add(parent)
    await removeLeftovers(parent)
  }
  return mkdtemp(join(parent, `quantract-${purpose}-${host}-${process.pid}-`))
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, owner, pid] = /^quantract-[a-z]+-([0-9a-f]{6})-(\d+)-\w{6}$/.exec(name) ?? []
    if (owner !== host || isAlive(Number(pid))) continue
    // It may be somebody else's: then it is theirs to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
