import type { Dataset } from '../dataset.ts'
import type { NumericArray } from '../ndarray.ts'
import type { SampleStream } from './sample-stream.ts'

/** A data set as a stream of its samples. If it is in memory they share that memory. */
export function streamDataset({ inputs, stream, ...dataset }: Dataset): SampleStream {
  if (stream) return stream
  return {
    ...dataset,
    async *samples() {
      for (let index = 0; index < dataset.size; index++) {
        yield new Map(
          [...inputs].map(([name, { shape, data }]) => {
            const length = data.length / shape[0]!
            const values = data.subarray(index * length, (index + 1) * length) as NumericArray
            return [name, { shape: [1, ...shape.slice(1)], data: values }]
          }),
        )
      }
    },
  }
}
