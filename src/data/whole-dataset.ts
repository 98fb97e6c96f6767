import { TooLargeError } from './check-fits.ts'
import type { Dataset } from './dataset.ts'
import { firstSamples } from './first-samples.ts'
import { firstOfTruth } from './labels/truth.ts'
import type { SampleStream } from './stream/sample-stream.ts'

/** What stays in memory of samples that do not fit there: enough to time engines on, if they are not huge. */
const held = { count: 64, bytes: 2 ** 26 }

/** All samples of a stream as a data set: in memory, or if they do not fit there, read whenever they are needed. */
export async function wholeDataset(stream: SampleStream): Promise<Dataset> {
  try {
    return await firstSamples(stream)
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
  }
  const first = await firstSamples(stream, held)
  return { ...first, size: stream.size, ...firstOfTruth(stream, stream.size), stream }
}
