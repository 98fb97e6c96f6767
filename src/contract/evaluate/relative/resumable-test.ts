import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashJson } from '../../../builder/cache/hash.ts'
import { cacheDirectory } from '../../../cache-directory.ts'
import { makeFolder } from '../../../make-folder.ts'
import type { Decision, SequentialTest } from '../../../statistics/sequential/sequential-test.ts'
import {
  type SymmetryEProcess,
  startSymmetryEProcess,
} from '../../../statistics/sequential/symmetry-e-process.ts'
import { type SymmetryEvidence, symmetryTest } from '../../../statistics/sequential/symmetry-test.ts'
import { writeAtomically } from '../../../write-atomically.ts'
import type { Alpha } from '../evaluation.ts'

/** Evidence of a comparison over several runs: plain data, kept in a file between them. */
interface KeptEvidence extends SymmetryEvidence {
  readonly runs: number
  readonly blocks: number
}

/** A test that goes on tomorrow where it stopped today. */
export interface ResumableTest extends SequentialTest {
  /** Runs and blocks before this run. */
  readonly before: { readonly runs: number; readonly blocks: number }
  /** Keeps the evidence for the next run, or drops it if there is a verdict. */
  close(): Promise<void>
}

/**
 * Decides by symmetry e-processes, for as many runs as it takes: what one has gathered is kept for the next.
 *
 * @param question everything that must be equal for two runs to be about the same: engines, machine, clause
 */
export async function resumableTest(question: unknown, alpha: Alpha): Promise<ResumableTest> {
  const directory = join(cacheDirectory(), 'inconclusive')
  const file = join(directory, `${hashJson(question)}.json`)
  const kept = await readEvidence(file)
  const before = { runs: kept?.runs ?? 0, blocks: kept?.blocks ?? 0 }
  const test = symmetryTest({
    alphaViolated: alpha.violated,
    alphaUpheld: alpha.upheld,
    ...(kept && { evidence: { violated: kept.violated, upheld: kept.upheld } }),
  })
  let { blocks } = before
  let verdict: Decision | undefined
  return {
    before,
    add(distance) {
      blocks++
      verdict = test.add(distance)
      return verdict
    },
    async close() {
      if (verdict) return rm(file, { force: true })
      const evidence: KeptEvidence = { runs: before.runs + 1, blocks, ...test.evidence }
      await makeFolder(directory)
      await writeAtomically(file, JSON.stringify(evidence))
    },
  }
}

async function readEvidence(file: string): Promise<KeptEvidence | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as KeptEvidence
    const { runs, blocks, violated, upheld } = kept
    const isWhole = [runs, blocks].every(Number.isSafeInteger) && [violated, upheld].every(isProcess)
    return isWhole ? kept : undefined
  } catch {
    return undefined // The first run, or a damaged file: evidence is gathered anew.
  }
}

function isProcess({ magnitudes, logWealth }: SymmetryEProcess): boolean {
  const isLong = logWealth.length === startSymmetryEProcess.logWealth.length
  return isLong && [...magnitudes, ...logWealth].every(Number.isFinite)
}
