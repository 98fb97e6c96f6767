import { type Histogram, largestMagnitude } from '../histogram.ts'
import { type CalibrationMethod, symmetricRange } from '../method.ts'
import { klThreshold } from './kl-threshold.ts'

/**
 * TensorRT's IInt8EntropyCalibrator2, as version 10.6 computes it: the order of the samples matters, since the first
 * one sets the width of the bins.
 *
 * The threshold may lie above the largest value. On a grid with a zero point the range is clipped to the values.
 */
export const entropy: CalibrationMethod = {
  name: 'entropy',
  summary: "The smallest Kullback-Leibler divergence, by the rule of TensorRT's `IInt8EntropyCalibrator2`.",
  initialRange: 'first-maximum',
  range: (histogram, grid) => symmetricRange(entropyThreshold(histogram), histogram, grid),
}

function entropyThreshold(histogram: Histogram): number {
  if (largestMagnitude(histogram) === 0) return 0
  const magnitudes = histogram.positive.map((count, bin) => count + histogram.negative[bin]!)
  return (klThreshold(magnitudes) + 0.5) * histogram.width
}
