import { formatTensorrtCache, type TensorrtCacheOrigin } from '../backends/tensorrt/calibration-cache.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { writeAtomically } from '../write-atomically.ts'

export interface TensorrtCacheContent {
  /** Ranges of a calibration on the `int8` grid: TensorRT's implicit INT8 has no zero points. */
  readonly ranges: Ranges
  readonly model: ModelProto
  /** TensorRT's version as one number, e.g. 100600: it rejects the caches of others. */
  readonly version: number
  /** The calibrator that the engine is built with. trtexec takes `EntropyCalibration2` only. */
  readonly algorithm?: 'EntropyCalibration2' | 'MinMaxCalibration'
}

/** Writes a calibration as a cache from which TensorRT (up to 10.x) builds an implicit INT8 engine. */
export async function writeTensorrtCache(path: string, content: TensorrtCacheContent): Promise<void> {
  const { version, algorithm = 'EntropyCalibration2' } = content
  const header: TensorrtCacheOrigin = { algorithm, version }
  const text = formatTensorrtCache({ header, scales: tensorrtScales(content), lineEnd: '\n' })
  await writeAtomically(path, text)
}

/** TensorRT gives the outputs of these the scale of their input, whatever their own values are. */
const pooling = new Set(['MaxPool', 'AveragePool'])

/** Scale by tensor name, as TensorRT's calibrators that work before fusion write it: every tensor has one. */
export function tensorrtScales({
  ranges,
  model,
}: Pick<TensorrtCacheContent, 'ranges' | 'model'>): Map<string, number> {
  const scales = new Map([...ranges].map(([tensor, { min, max }]) => [tensor, scaleOf(Math.max(-min, max))]))
  for (const { opType, input, output } of model.graph?.node ?? []) {
    const scale = scales.get(input[0] ?? '')
    if (pooling.has(opType) && scale !== undefined) scales.set(output[0]!, scale)
  }
  return scales
}

/** A tensor that was always 0 is written with the range [-1, 1]: a scale of 0 would divide by 0. */
function scaleOf(largest: number): number {
  return Math.fround((largest || 1) / 127)
}
