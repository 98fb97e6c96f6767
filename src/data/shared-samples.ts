import { createHash } from 'node:crypto'
import type { Dataset } from './dataset.ts'

/** How many samples of one set are in another one, to the last bit of all their inputs. */
export function sharedSamples(some: Dataset, others: Dataset): number {
  const known = new Set(digests(others))
  return digests(some).filter(digest => known.has(digest)).length
}

/** One for each sample. */
function digests({ inputs, size }: Dataset): string[] {
  const names = [...inputs.keys()].sort()
  return Array.from({ length: size }, (_, sample) => {
    const hash = createHash('sha1')
    for (const name of names) {
      const { data } = inputs.get(name)!
      const length = data.length / size
      hash.update(name).update(data.subarray(sample * length, (sample + 1) * length))
    }
    return hash.digest('base64')
  })
}
