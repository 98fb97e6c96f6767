import { join } from 'node:path'
import { cacheDirectory } from '../cache-directory.ts'
import { calibrate } from '../calibration/calibrate.ts'
import type { MethodName } from '../calibration/methods.ts'
import { environment } from '../engine/environment.ts'
import { InputError } from '../errors.ts'
import type { Range, Ranges } from '../quantize/ranges.ts'
import { cached } from './cache/cache.ts'
import { hashJson } from './cache/hash.ts'
import type { BuildTask } from './task.ts'

/** On CPUs the smallest squared error on the real grid; calibrations of other targets keep their own rule. */
export const defaultMethod: MethodName = 'mse'

/** TensorRT's own: on its symmetric grid no other method is nearer to what its calibrator chooses. */
export const compiledMethod: MethodName = 'entropy'

/** Activation ranges of the prepared model, or of the source as it is; from the cache if the same data gave them before. */
export async function calibratedRanges(
  { path }: { readonly path: string },
  method: MethodName,
  grid: 'uint8' | 'int8',
  task: Pick<BuildTask, 'context' | 'source' | 'signal' | 'onProgress' | 'variant'>,
): Promise<Ranges> {
  const { context, source, signal, onProgress, variant } = task
  const data = context.calibrationSamples
  if (!data) {
    throw new InputError(
      `variant \`${variant}\` needs calibration data: name samples as data.calibration, e.g. an .npz file with one array per model input`,
    )
  }
  const key = {
    kind: 'activation ranges',
    model: source.sha256,
    form: path === source.path ? 'as given' : 'quantizable',
    data: [data.sha256, data.size],
    method,
    grid,
    onnxruntime: environment().onnxruntime,
  }
  const { record } = await cached<[string, Range][]>(key, async () => {
    const ranges = await calibrate({
      model: path,
      data,
      method,
      grid,
      saveTo: join(cacheDirectory(), `${hashJson(key)}.counts`),
      signal,
      onProgress: ({ done, total }) =>
        onProgress?.(`${variant}: calibrating (${method}), ${done} of ${total}`),
    })
    return [...ranges]
  })
  return new Map(record)
}
