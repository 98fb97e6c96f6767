import { checkFiniteSamples } from './check-finite-samples.ts'
import type { NdArray } from './ndarray.ts'
import type { Sample } from './stream/sample-stream.ts'

export interface LockstepOptions {
  /** Number of samples. */
  readonly size: number
  /** What to call their source in messages. */
  readonly name: string
  /** Whether the values of an array must be finite; default: of all. */
  readonly isChecked?: (array: string) => boolean
}

/** Joins the arrays of several inputs, each a stream of its samples, into a stream of whole samples. */
export async function* lockstep(
  inputs: readonly (readonly [input: string, arrays: AsyncGenerator<NdArray>])[],
  { size, name, isChecked = () => true }: LockstepOptions,
): AsyncGenerator<Sample> {
  try {
    for (let index = 0; index < size; index++) {
      const sample = new Map<string, NdArray>()
      for (const [input, arrays] of inputs) {
        const { value } = (await arrays.next()) as { value: NdArray }
        if (isChecked(input)) checkFiniteSamples(value, `array \`${input}\` of ${name}`, index)
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
