import { checkFiniteSamples } from './check-finite-samples.ts'
import type { NdArray } from './ndarray.ts'
import type { Sample } from './sample-stream.ts'

/** Joins the arrays of several inputs, each a stream of its samples, into a stream of whole samples; `size` of them. */
export async function* lockstep(
  inputs: readonly (readonly [input: string, arrays: AsyncGenerator<NdArray>])[],
  size: number,
  name: string,
): AsyncGenerator<Sample> {
  try {
    for (let index = 0; index < size; index++) {
      const sample = new Map<string, NdArray>()
      for (const [input, arrays] of inputs) {
        const { value } = (await arrays.next()) as { value: NdArray }
        checkFiniteSamples(value, `array \`${input}\` of ${name}`, index)
        sample.set(input, value)
      }
      yield sample
    }
    // What comes after the last sample is the check that nothing does, and that the archive is whole.
    for (const [, arrays] of inputs) await arrays.next()
  } finally {
    for (const [, arrays] of inputs) await arrays.return(undefined)
  }
}
