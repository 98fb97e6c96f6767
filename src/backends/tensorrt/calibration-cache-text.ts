import { formatTensorrtCache } from './calibration-cache.ts'

/** The text of the cache that TensorRT of this version takes from an entropy calibrator, such as trtexec's. */
export function calibrationCacheText(scales: ReadonlyMap<string, number>, version: number): string {
  return formatTensorrtCache({
    header: { algorithm: 'EntropyCalibration2', version },
    scales,
    lineEnd: '\n',
  })
}
