import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '../../cache-directory.ts'
import { environment } from '../../engine/environment.ts'
import { makeFolder } from '../../make-folder.ts'
import { writeAtomically } from '../../write-atomically.ts'

/** What earlier runs know of a machine's pace. */
export interface KnownPace {
  /** Duration of the probe at the best pace, in us. */
  readonly best: number
  /** Runs in a row that did not see it. */
  readonly missed: number
}

/** A machine that does not reach its best pace in so many runs has another one now. */
const mostMissed = 3

/** A run that happens to see a little more would narrow what counts as full pace, run by run. */
const clearlyBetter = 0.97

const fileOf = () => join(cacheDirectory(), 'pace.json')

/** What is known of this machine, or of so many of its CPUs; undefined if that is nothing. */
export async function knownPace(cpus: string | undefined): Promise<KnownPace | undefined> {
  const known = (await readPaces())[await nameOfMachine(cpus)]
  const isKnown = [known?.best, known?.missed].every(Number.isFinite) && known!.best > 0 && known!.missed >= 0
  return isKnown ? known : undefined
}

/**
 * Keeps the best pace that a run has seen, in us, for the next one. A faster one than is known is kept at once, a slower
 * one if it is all that several runs have seen.
 *
 * @param reached - whether the pace that was known was seen again
 */
export async function rememberPace(cpus: string | undefined, seen: number, reached: boolean): Promise<void> {
  const name = await nameOfMachine(cpus)
  const paces = await readPaces()
  const before = await knownPace(cpus)
  const missed = reached || !before ? 0 : before.missed + 1
  const isNew = !before || seen < clearlyBetter * before.best || missed >= mostMissed
  const best = isNew ? seen : before.best
  const now: KnownPace = { best, missed: isNew ? 0 : missed }
  if (before && before.best === now.best && before.missed === now.missed) return
  try {
    await makeFolder(cacheDirectory())
    await writeAtomically(fileOf(), `${JSON.stringify({ ...paces, [name]: now }, undefined, 2)}\n`)
  } catch {
    // A cache that others filled may be read-only: the next run looks for the pace as this one did.
  }
}

/** The probe is code of Node.js on a CPU of a machine since it was started: with another of these it is another probe. */
async function nameOfMachine(cpus = 'any'): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const { cpu, node } = environment()
  return [hostname(), boot.trim(), cpu, `Node.js ${node}`, `CPU ${cpus}`].join(', ')
}

async function readPaces(): Promise<Record<string, KnownPace>> {
  try {
    const paces: unknown = JSON.parse(await readFile(fileOf(), 'utf8'))
    return paces !== null && typeof paces === 'object' ? (paces as Record<string, KnownPace>) : {}
  } catch {
    return {} // The first run, or a damaged file: the pace is found anew.
  }
}
