import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { makeFolder } from '../make-folder.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Histogram } from './histogram.ts'

/** What a calibration that was interrupted had counted. */
export interface SavedCounts {
  /** Passes over the data that are complete, and feeds of the next one. */
  readonly passes: number
  readonly feeds: number
  readonly histograms: ReadonlyMap<string, Histogram>
}

/** Undefined if nothing was saved, or the file is damaged: then counting begins anew. */
export async function readCounts(path: string): Promise<SavedCounts | undefined> {
  try {
    return deserialize(await readFile(path)) as SavedCounts
  } catch {
    return undefined
  }
}

/** Takes the place of what was saved before in one step. */
export async function writeCounts(path: string, counts: SavedCounts): Promise<void> {
  await makeFolder(dirname(path))
  await writeAtomically(path, serialize(counts))
}
