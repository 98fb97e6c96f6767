import { inputMeans } from '../calibration/input-means.ts'
import { environment } from '../engine/environment.ts'
import type { InputMeans } from '../quantize/bias-correction.ts'
import type { QuantizableModel } from '../quantize/quantizable-form.ts'
import { cached } from './cache/cache.ts'
import type { BuildTask } from './task.ts'

/** Mean inputs of the weighted nodes of the prepared model, from the cache if the same data gave them before. */
export async function calibratedMeans(
  { model }: QuantizableModel,
  { context, source, signal }: BuildTask,
): Promise<InputMeans> {
  const { calibration: data, target } = context
  // Random numbers say nothing about means.
  if (!data || data.random) return new Map()
  const key = {
    kind: 'input means',
    model: source.sha256,
    data: [data.sha256, data.size],
    onnxruntime: environment().onnxruntime,
  }
  const { record } = await cached<[string, number[]][]>(key, async () => {
    const { batch, threads } = target
    const means = await inputMeans(model, { data, batch, threads, signal })
    return [...means].map(([name, values]) => [name, [...values]])
  })
  return new Map(record.map(([name, values]) => [name, Float32Array.from(values)]))
}
