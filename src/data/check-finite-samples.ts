import { InputError } from '../errors.ts'
import type { NdArray } from './ndarray.ts'

/**
 * Throws InputError if a value is NaN or +infinity: such a sample makes ranges and predictions meaningless. -infinity is
 * how attention masks say that a position does not count.
 *
 * @param array First axis = samples.
 * @param what What to call the array in messages.
 * @param first Number of its first sample.
 */
export function checkFiniteSamples({ shape, data }: NdArray, what: string, first = 0): void {
  // Integers are finite, and data sets of images are large: only floats are searched.
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index]) && data[index] !== Number.NEGATIVE_INFINITY) {
      const sample = first + Math.floor(index / (data.length / shape[0]!))
      throw new InputError(
        `${what} has ${data[index]} in sample ${sample}: replace the value or leave the sample out`,
      )
    }
  }
}
