import { join } from 'node:path'
import { backendOf } from '../../backends/backends.ts'
import { cacheDirectory } from '../../cache-directory.ts'
import { calibrateGrids } from '../../calibration/calibrate.ts'
import type { Grid } from '../../calibration/method.ts'
import type { MethodName } from '../../calibration/methods.ts'
import { environment } from '../../engine/environment.ts'
import { InputError } from '../../errors.ts'
import type { Range, Ranges } from '../../quantize/ranges.ts'
import { cached } from '../cache/cache.ts'
import { hashJson } from '../cache/hash.ts'
import type { BuildTask } from '../task.ts'

/** On CPUs the smallest squared error on the real grid; calibrations of other targets keep their own rule. */
export const defaultMethod: MethodName = 'mse'

/** TensorRT's own: on its symmetric grid no other method is nearer to what its calibrator chooses. */
export const compiledMethod: MethodName = 'entropy'

/** What a calibration gives, and what is to be said about it, a sentence each. */
export interface CalibratedRanges {
  readonly ranges: Ranges
  readonly notes: readonly string[]
}

interface KeptRanges {
  readonly ranges: Readonly<Partial<Record<Grid, readonly [string, Range][]>>>
  /** How many counted, and the time that there was. */
  readonly samples: number
  readonly seconds: number
}

/** The share of a build's time that calibration may take, and seconds that it may take in any case. */
const [mostTime, leastSeconds] = [0.5, 10]

/** Activation ranges of the prepared model, or of the source as it is; from the cache if the same data gave them before. */
export async function calibratedRanges(
  { path }: { readonly path: string },
  method: MethodName,
  grid: Grid,
  task: Pick<BuildTask, 'context' | 'source' | 'signal' | 'onProgress' | 'variant'> &
    Partial<Pick<BuildTask, 'time'>>,
): Promise<CalibratedRanges> {
  const { context, source, signal, onProgress, variant, time } = task
  const data = context.calibrationSamples
  if (!data) {
    throw new InputError(
      `variant \`${variant}\` needs calibration data: name samples as \`calibration\`, in a contract \`data.calibration\`, e.g. an .npz file with one array per model input`,
    )
  }
  const { placements = [] } = backendOf(context.target)
  // Its placements may be on other grids, and running the data takes much longer than choosing ranges.
  const grids: readonly Grid[] = placements.length > 1 ? ['uint8', 'int8'] : [grid]
  const key = {
    kind: 'activation ranges, of large tensors a part',
    model: source.sha256,
    form: path === source.path ? 'as given' : 'quantizable',
    data: [data.sha256, data.size],
    method,
    grids,
    onnxruntime: environment().onnxruntime,
  }
  const seconds = time ? Math.max(leastSeconds, mostTime * time.seconds) : Infinity
  const make = async (): Promise<KeptRanges> => {
    let samples = data.size
    const found = await calibrateGrids(
      {
        model: path,
        data,
        method,
        saveTo: join(cacheDirectory(), `${hashJson(key)}.counts`),
        within: { seconds, onShortened: counted => (samples = counted) },
        signal,
        onProgress: ({ done, total }) =>
          onProgress?.(`${variant}: calibrating (${method}), ${done} of ${total}`),
      },
      grids,
    )
    const ranges = Object.fromEntries([...found].map(([each, byName]) => [each, [...byName]]))
    return { ranges, samples, seconds }
  }
  const isEnough = (kept: KeptRanges) => kept.samples === data.size || kept.seconds >= seconds
  const { record } = await cached(key, make, isEnough)
  const { ranges, samples } = record
  const note = `calibrated on the first ${samples} of ${data.size} samples: all of them take more than ${seconds} s, as long as calibration may take (\`buildTime\`, \`--time\`)`
  return { ranges: new Map(ranges[grid]), notes: samples < data.size ? [note] : [] }
}
