import type { Dataset } from './dataset.ts'
import { joinSamples } from './join-samples.ts'
import { selectSamples } from './select-samples.ts'
import type { Sample } from './stream/sample-stream.ts'

/** Samples that are read from a file at a time take up so many bytes, but for a batch of larger ones. */
const mostBytes = 2 ** 25

/**
 * Samples of a data set, a part at a time. What is in memory is one part. Otherwise the file is read from its first sample to its
 * last, and parts are whole batches, the last one aside.
 *
 * @param positions of the samples, ascending; default: all of them
 */
export async function* partsOf(
  dataset: Dataset,
  batch: number,
  positions?: readonly number[],
): AsyncGenerator<Dataset> {
  const { stream, source, sha256 } = dataset
  if (!stream) {
    yield positions ? selectSamples(dataset, positions) : dataset
    return
  }
  const wanted = positions && new Set(positions)
  const last = positions?.at(-1) ?? dataset.size
  const part = (samples: readonly Sample[]): Dataset => ({
    source,
    sha256,
    size: samples.length,
    inputs: joinSamples(samples),
  })
  let samples: Sample[] = []
  let bytes = 0
  let index = -1
  for await (const sample of stream.samples()) {
    index++
    if (index > last) break
    if (wanted && !wanted.has(index)) continue
    samples.push(sample)
    bytes += [...sample.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
    if (samples.length % batch !== 0 || bytes < mostBytes) continue
    yield part(samples)
    samples = []
    bytes = 0
  }
  if (samples.length > 0) yield part(samples)
}
