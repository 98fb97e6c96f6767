import type { Dataset } from './dataset.ts'
import type { NdArray, NumericArray } from './ndarray.ts'

/** A data set of the samples at these positions, in this order. Copies them. */
export function selectSamples(dataset: Dataset, positions: readonly number[]): Dataset {
  const { inputs, labels, targets, ...rest } = dataset
  return {
    ...rest,
    size: positions.length,
    inputs: new Map([...inputs].map(([name, array]) => [name, selectRows(array, positions)])),
    ...(targets && { targets: selectRows(targets, positions) }),
    ...(labels && { labels: Int32Array.from(positions, position => labels[position]!) }),
  }
}

function selectRows({ shape, data }: NdArray, positions: readonly number[]): NdArray {
  const [size = 0, ...sample] = shape
  const length = size === 0 ? 0 : data.length / size
  const rows = new (data.constructor as new (length: number) => NumericArray)(positions.length * length)
  for (const [row, position] of positions.entries()) {
    rows.set(data.subarray(position * length, (position + 1) * length) as never, row * length)
  }
  return { shape: [positions.length, ...sample], data: rows }
}
