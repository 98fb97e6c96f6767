import type { Dataset } from './dataset.ts'
import { joinSamples } from './join-samples.ts'
import type { Sample, SampleStream } from './sample-stream.ts'

/** The first samples of a stream, at most `count`, as a data set in memory. */
export async function firstSamples(stream: SampleStream, count = stream.size): Promise<Dataset> {
  const taken: Sample[] = []
  for await (const sample of stream.samples()) {
    taken.push(sample)
    // Behind the last one comes the check that the file is whole.
    if (taken.length === count && count < stream.size) break
  }
  const { source, sha256, random, labels } = stream
  return {
    source,
    sha256,
    size: taken.length,
    inputs: joinSamples(taken),
    ...(random && { random }),
    ...(labels && { labels: labels.subarray(0, taken.length) }),
  }
}
