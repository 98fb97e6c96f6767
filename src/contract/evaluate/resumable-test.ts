import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../../builder/cache/cache.ts'
import { hashJson } from '../../builder/cache/hash.ts'
import {
  addToSymmetryEProcess,
  type SymmetryEProcess,
  startSymmetryEProcess,
  symmetryEValue,
} from '../../statistics/sequential/symmetry-e-process.ts'
import { writeAtomically } from '../../write-atomically.ts'
import type { Alpha } from './evaluation.ts'

/** Evidence of a comparison over several runs: plain data, kept in a file between them. */
interface Evidence {
  readonly runs: number
  readonly blocks: number
  /** Against "the clause holds". */
  readonly violated: SymmetryEProcess
  /** Against "the clause is broken". */
  readonly upheld: SymmetryEProcess
}

/** A test that goes on tomorrow where it stopped today. */
export interface ResumableTest {
  /** Runs and blocks before this run. */
  readonly before: { readonly runs: number; readonly blocks: number }
  /** Takes the distance of a block from the clause's boundary; positive means violated. */
  add(distance: number): 'upheld' | 'violated' | undefined
  /** Keeps the evidence for the next run, or drops it where there is a verdict. */
  close(): Promise<void>
}

const nothing: Evidence = {
  runs: 0,
  blocks: 0,
  violated: startSymmetryEProcess,
  upheld: startSymmetryEProcess,
}

/**
 * Decides by symmetry e-processes, whose evidence may be looked at after every block, for as many runs as it takes: it
 * multiplies from run to run without any correction (Ville's inequality), which the sign-flip test with its fixed
 * horizon cannot.
 *
 * @param question everything that must be equal for two runs to be about the same: engines, machine, clause
 */
export async function resumableTest(question: unknown, alpha: Alpha): Promise<ResumableTest> {
  const directory = join(cacheDirectory(), 'inconclusive')
  const file = join(directory, `${hashJson(question)}.json`)
  let evidence = await readEvidence(file)
  const before = { runs: evidence.runs, blocks: evidence.blocks }
  evidence = { ...evidence, runs: before.runs + 1 }
  let verdict: 'upheld' | 'violated' | undefined
  return {
    before,
    add(distance) {
      evidence = {
        ...evidence,
        blocks: evidence.blocks + 1,
        violated: addToSymmetryEProcess(evidence.violated, distance),
        upheld: addToSymmetryEProcess(evidence.upheld, -distance),
      }
      if (symmetryEValue(evidence.violated) >= 1 / alpha.violated) verdict ??= 'violated'
      else if (symmetryEValue(evidence.upheld) >= 1 / alpha.upheld) verdict ??= 'upheld'
      return verdict
    },
    async close() {
      if (verdict) return rm(file, { force: true })
      await mkdir(directory, { recursive: true })
      await writeAtomically(file, JSON.stringify(evidence))
    },
  }
}

async function readEvidence(file: string): Promise<Evidence> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Evidence
  } catch {
    return nothing // The first run, or a damaged file: evidence is gathered anew.
  }
}
