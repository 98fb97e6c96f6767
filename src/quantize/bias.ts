import { roundHalfEven } from './affine.ts'

const int32Limit = 2 ** 31 - 1

/** A bias in int32: value = scale * integer, one scale per channel, or one for all. No zero point: ONNX forbids it. */
export interface QuantizedBias {
  readonly data: Int32Array
  readonly scales: Float32Array
}

/**
 * The bias in the unit of the integer accumulator, scale = input scale * weight scale. ONNX Runtime fuses a layer only
 * where the two agree.
 *
 * @param weightScales one per channel, or one for all
 */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  weightScales: Float32Array,
): QuantizedBias {
  const scales = weightScales.map(scale => inputScale * scale)
  const data = Int32Array.from(bias, (value, channel) => {
    const integer = roundHalfEven(value / scales[scales.length === 1 ? 0 : channel]!)
    return Math.min(Math.max(integer, -int32Limit - 1), int32Limit)
  })
  return { data, scales }
}

/**
 * Weight scales, enlarged where the bias would not fit into int32 (`_adjust_weight_scale_for_int32_bias` of ONNX
 * Runtime's quantizer): a layer with tiny weights and a large bias loses weight digits, not its bias.
 */
export function scalesThatHoldBias(
  weightScales: Float32Array,
  inputScale: number,
  bias: Float32Array,
): Float32Array {
  const smallest = (magnitude: number) => (1.0001 * magnitude) / int32Limit / inputScale
  if (weightScales.length === 1) {
    const magnitude = bias.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
    return weightScales.map(scale => Math.max(scale, smallest(magnitude)))
  }
  return weightScales.map((scale, channel) => Math.max(scale, smallest(Math.abs(bias[channel]!))))
}
