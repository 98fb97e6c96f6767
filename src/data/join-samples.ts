import type { NdArray, NumericArray } from './ndarray.ts'
import type { Sample } from './stream/sample-stream.ts'

/** Samples of equal shapes as one array per input, first axis = samples. One sample shares its memory. */
export function joinSamples(samples: readonly Sample[]): Map<string, NdArray> {
  const [first] = samples
  if (!first) return new Map()
  if (samples.length === 1) return new Map(first)
  return new Map(
    [...first].map(([name, { shape, data }]) => {
      const joined = new (data.constructor as new (length: number) => NumericArray)(
        data.length * samples.length,
      )
      for (const [index, sample] of samples.entries()) {
        joined.set(sample.get(name)!.data as never, index * data.length)
      }
      return [name, { shape: [samples.length, ...shape.slice(1)], data: joined }]
    }),
  )
}
