import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { makeFolder } from '../make-folder.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Histogram } from './histogram.ts'

/** What a calibration that was interrupted had counted. */
export interface SavedCounts {
  /** Passes that there are: with other tensors in each, nothing of it fits. */
  readonly groups: number
  /** Feeds of each pass. */
  readonly inferences: number
  /** Passes over the data that are complete, and feeds of the next one. */
  readonly passes: number
  readonly feeds: number
  readonly histograms: ReadonlyMap<string, Histogram>
}

/** Undefined if nothing was saved for so many groups, or the file is damaged: then counting begins anew. */
export async function readCounts(path: string, groups: number): Promise<SavedCounts | undefined> {
  try {
    const saved = deserialize(await readFile(path)) as SavedCounts
    return saved.groups === groups ? saved : undefined
  } catch {
    return undefined
  }
}

/** Takes the place of what was saved before in one step. */
export async function writeCounts(path: string, counts: SavedCounts): Promise<void> {
  await makeFolder(dirname(path))
  await writeAtomically(path, serialize(counts))
}
