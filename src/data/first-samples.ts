import type { Dataset } from './dataset.ts'
import type { NdArray, NumericArray } from './ndarray.ts'
import type { SampleStream } from './sample-stream.ts'

/** The first samples of a stream, at most `count`, as a data set in memory. */
export async function firstSamples(stream: SampleStream, count = stream.size): Promise<Dataset> {
  const size = Math.min(count, stream.size)
  const inputs = new Map<string, NdArray>()
  let taken = 0
  for await (const sample of stream.samples()) {
    for (const [name, { shape, data }] of sample) {
      // Memory for all of them at once: there is never a second copy of a large data set.
      if (taken === 0) inputs.set(name, { shape: [size, ...shape.slice(1)], data: arrayLike(data, size) })
      inputs.get(name)!.data.set(data as never, taken * data.length)
    }
    taken++
    // Behind the last one comes the check that the file is whole.
    if (taken === count && count < stream.size) break
  }
  const { source, sha256, random, labels } = stream
  return {
    source,
    sha256,
    size,
    inputs,
    ...(random && { random }),
    ...(labels && { labels: labels.subarray(0, size) }),
  }
}

function arrayLike(data: NumericArray, times: number): NumericArray {
  return new (data.constructor as new (length: number) => NumericArray)(data.length * times)
}
