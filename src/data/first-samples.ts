import { checkFits, tooLarge } from './check-fits.ts'
import type { Dataset } from './dataset.ts'
import { firstOfTruth } from './labels/truth.ts'
import type { NdArray, NumericArray } from './ndarray.ts'
import type { Sample, SampleStream } from './stream/sample-stream.ts'

export interface FirstSamplesOptions {
  /** At most so many; default: all. */
  readonly count?: number
  /** No more than take up so many bytes, but `least`. */
  readonly bytes?: number
  readonly least?: number
}

/**
 * The first samples of a stream as a data set in memory.
 *
 * @throws InputError if they are more than fits there
 */
export async function firstSamples(
  stream: SampleStream,
  { count = stream.size, bytes = Number.POSITIVE_INFINITY, least = 1 }: FirstSamplesOptions = {},
): Promise<Dataset> {
  const inputs = new Map<string, NdArray>()
  let size = Math.min(count, stream.size)
  let taken = 0
  for await (const sample of stream.samples()) {
    if (taken === 0) {
      const sampleBytes = bytesOf(sample)
      size = Math.min(size, Math.max(least, Math.floor(bytes / sampleBytes)))
      checkFits(stream.source, size, sampleBytes)
      // Memory for all of them at once: there is never a second copy of a large data set.
      for (const [name, { shape, data }] of sample) {
        const all = arrayLike(data, size)
        if (!all) throw tooLarge(stream.source, size, sampleBytes)
        inputs.set(name, { shape: [size, ...shape.slice(1)], data: all })
      }
    }
    for (const [name, { data }] of sample) inputs.get(name)!.data.set(data as never, taken * data.length)
    taken++
    // Behind the last one comes the check that the file is whole.
    if (taken === size && size < stream.size) break
  }
  const { source, sha256, random } = stream
  return {
    source,
    sha256,
    size,
    inputs,
    ...(random && { random }),
    ...firstOfTruth(stream, size),
  }
}

/** Undefined if there is no memory for it. */
function arrayLike(data: NumericArray, times: number): NumericArray | undefined {
  try {
    return new (data.constructor as new (length: number) => NumericArray)(data.length * times)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function bytesOf(sample: Sample): number {
  return Math.max(
    1,
    [...sample.values()].reduce((sum, { data }) => sum + data.byteLength, 0),
  )
}
