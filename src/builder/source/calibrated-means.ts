import { inputMeans } from '../../calibration/input-means.ts'
import { environment } from '../../engine/environment.ts'
import type { InputMeans } from '../../quantize/bias-correction.ts'
import type { QuantizableModel } from '../../quantize/quantizable-form.ts'
import { cached } from '../cache/cache.ts'
import type { BuildTask } from '../task.ts'

interface KeptMeans {
  readonly means: readonly [string, number[]][]
  /** The time that there was. */
  readonly seconds: number
}

/** Of a usual build. */
const mostSeconds = 20

/** Mean inputs of the weighted nodes of the prepared model, from the cache if the same data gave them before. */
export async function calibratedMeans(
  { model }: QuantizableModel,
  { context, source, signal, time }: BuildTask,
): Promise<InputMeans> {
  const { calibration: data, target } = context
  // Random numbers say nothing about means.
  if (!data || data.random) return new Map()
  const seconds = time.part(mostSeconds)
  const key = {
    kind: 'input means, of fewer samples or not',
    model: source.sha256,
    data: [data.sha256, data.size],
    onnxruntime: environment().onnxruntime,
  }
  const make = async (): Promise<KeptMeans> => {
    const { batch, threads } = target
    const means = await inputMeans(model, { data, batch, threads, seconds, signal })
    return { means: [...means].map(([name, values]) => [name, [...values]]), seconds }
  }
  const { record } = await cached(key, make, kept => kept.seconds >= seconds)
  return new Map(record.means.map(([name, values]) => [name, Float32Array.from(values)]))
}
