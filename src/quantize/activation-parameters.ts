import { InputError } from '../errors.ts'
import type { TensorProto } from '../onnx/onnx_pb.ts'
import { floatData } from '../onnx/tensor.ts'
import {
  type AffineParameters,
  affineParameters,
  type IntegerFormat,
  integerLimits,
  rangeOf,
} from './affine.ts'
import type { ActivationSite } from './placement.ts'
import type { Range, Ranges } from './ranges.ts'

/**
 * Scale and zero point of a site: from the calibrated range, or from the values themselves where they are constant.
 *
 * @throws InputError if the tensor has no range, or one that is not finite
 */
export function activationParameters(
  { rangeOf: tensor, bounds }: Pick<ActivationSite, 'rangeOf' | 'bounds'>,
  format: IntegerFormat,
  { ranges, constants }: { ranges: Ranges; constants: ReadonlyMap<string, TensorProto> },
): AffineParameters {
  const constant = constants.get(tensor)
  const range = constant ? rangeOf(floatData(constant)) : ranges.get(tensor)
  if (!range) {
    throw new InputError(
      `tensor ${tensor} is to be quantized but has no calibrated range: calibrate this model, not another export of it`,
    )
  }
  if (!Number.isFinite(range.min) || !Number.isFinite(range.max) || range.min > range.max) {
    throw new InputError(
      `tensor ${tensor} has the range [${range.min}, ${range.max}], which cannot be quantized: check the calibration data`,
    )
  }
  return bounds ? within(bounds, range, format) : affineParameters(range, format)
}

/**
 * Parameters whose grid does not reach beyond the bounds of a Relu or Clip: ONNX Runtime drops the function in favour
 * of the Q only then. Rounding the scale to 32 bits, or the zero point to an integer, could lift it just over them.
 */
function within(bounds: Range, range: Range, format: IntegerFormat): AffineParameters {
  const clipped = { min: Math.max(range.min, bounds.min), max: Math.min(range.max, bounds.max) }
  const parameters = affineParameters(clipped, format)
  const { type, zeroPoint } = parameters
  const [lowest, highest] = integerLimits[type]
  const limits = [bounds.max / (highest - zeroPoint), bounds.min / (lowest - zeroPoint)]
  const largest = Math.min(...limits.filter(limit => limit > 0))
  if (parameters.scale <= largest) return parameters
  return { ...parameters, scale: floatBelow(largest) }
}

/** The largest 32-bit float that is not above a positive number. */
function floatBelow(value: number): number {
  const float = Float32Array.of(value)
  // The bit patterns of positive floats are ordered as their values are.
  if (float[0]! > value) new Uint32Array(float.buffer)[0]!--
  return float[0]!
}
