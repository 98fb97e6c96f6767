import type { NumericArray } from '../../data/ndarray.ts'
import type { Feed, FeedTensor } from '../../engine/tensor-info.ts'
import type { OutputValues } from './summarize-output.ts'

/** Outputs of one sample by name; without strings and what else is no tensor of numbers. */
export type SampleValues = ReadonlyMap<string, OutputValues>

/**
 * Cuts what one inference gives into its samples; rows that only fill up a batch are left out. An output without an axis
 * for the batch is that of all of them.
 */
export function sampleValues(outputs: Feed, samples: number, batch: number): SampleValues[] {
  const perSample = Array.from({ length: samples }, () => new Map<string, OutputValues>())
  for (const [name, tensor] of outputs) {
    const values = valuesOf(tensor)
    if (!values) continue
    const rows = tensor.shape[0] ?? 1
    const isCut = rows === samples || rows === batch
    const size = values.data.length / rows
    for (const [i, sample] of perSample.entries()) {
      const data = isCut ? (values.data.subarray(i * size, (i + 1) * size) as NumericArray) : values.data
      const shape = isCut && tensor.shape.length > 0 ? [1, ...tensor.shape.slice(1)] : tensor.shape
      sample.set(name, { ...values, shape, data })
    }
  }
  return perSample
}

function valuesOf({ type, shape, data }: FeedTensor): OutputValues | undefined {
  if (!ArrayBuffer.isView(data)) return undefined
  return { isFloat: type.startsWith('float'), shape, data }
}
