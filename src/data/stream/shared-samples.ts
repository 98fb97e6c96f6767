import { createHash } from 'node:crypto'
import type { Dataset } from '../dataset.ts'
import { streamDataset } from './stream-dataset.ts'

/** How many samples of one set are in another one, to the last bit of all their inputs. */
export async function sharedSamples(some: Dataset, others: Dataset): Promise<number> {
  const wanted = await digests(some)
  const known = new Set(await digests(others))
  return wanted.filter(digest => known.has(digest)).length
}

/** One for each sample. */
async function digests(dataset: Dataset): Promise<string[]> {
  const all: string[] = []
  for await (const sample of streamDataset(dataset).samples()) {
    const hash = createHash('sha1')
    for (const name of [...sample.keys()].sort()) hash.update(name).update(sample.get(name)!.data)
    all.push(hash.digest('base64'))
  }
  return all
}
