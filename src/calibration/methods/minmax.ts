import { largestMagnitude } from '../histogram.ts'
import { type CalibrationMethod, symmetricRange } from '../method.ts'

/** The exact extremes, bit for bit those of ONNX Runtime's quantizer in Python. On the `int8` grid this is TensorRT's IInt8MinMaxCalibrator: scale = max |x| / 127. */
export const minmax: CalibrationMethod = {
  name: 'minmax',
  summary: 'From the smallest to the largest value.',
  initialRange: 'power-of-two',
  alone: true,
  range: (histogram, grid) => symmetricRange(largestMagnitude(histogram), histogram, grid),
}
