/** How far one output of one sample is from the reference's. */
export interface OutputError {
  /** Signal to quantization noise ratio in dB; Infinity if the outputs are equal. */
  readonly sqnr: number
  /** Cosine of the angle between the outputs as vectors, -1 to 1. */
  readonly cosine: number
  /** Largest |reference - output|, in the output's unit. */
  readonly maxError: number
  /** Mean of |reference - output|, in the output's unit. */
  readonly meanAbsoluteError: number
}

/** Outputs that say the same, value by value; also if there are no values. */
const equal: OutputError = { sqnr: Infinity, cosine: 1, maxError: 0, meanAbsoluteError: 0 }
/** An output of another length, or with NaN or an infinity where the reference has none: no answer. */
const incomparable: OutputError = {
  sqnr: -Infinity,
  cosine: 0,
  maxError: Infinity,
  meanAbsoluteError: Infinity,
}

/**
 * Compares an output with the reference's as two vectors:
 * SQNR = 20 log10(|y| / |y - y'|) dB, cosine = y·y' / (|y| |y'|), with |·| the Euclidean norm
 * (e.g. ONNX Runtime's `quantization/qdq_loss_debug.py`, `compute_signal_to_quantization_noice_ratio`).
 *
 * NaN and infinities that both hold in the same place are equal there and count for nothing else; those that only one
 * holds make the outputs incomparable, as another length does: -Infinity dB, cosine 0, infinite errors. A reference of
 * zeros has no signal: -Infinity dB and cosine 0 unless the output is all zeros too.
 *
 * @param reference - values of the output in float, any shape, flattened
 * @param output - values of the same output, in the same order
 * @example outputError([3, 4], [3, 4.5]).sqnr // => 20, for |y| = 5 and |y - y'| = 0.5
 */
export function outputError(reference: ArrayLike<number>, output: ArrayLike<number>): OutputError {
  const { length } = reference
  if (output.length !== length) return incomparable
  const scale = largest(reference, output)
  let [signal, energy, product, squares, largestError, sum] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < length; i++) {
    const [expected, found] = [reference[i]!, output[i]!]
    if (!(Number.isFinite(expected) && Number.isFinite(found))) {
      if (!Object.is(expected, found)) return incomparable
      continue
    }
    // Squares of the largest and the smallest 64-bit floats would be infinite or 0.
    const [y, z] = [expected / scale, found / scale]
    const error = Math.abs(y - z)
    signal += y * y
    energy += z * z
    product += y * z
    squares += error * error
    sum += error
    if (error > largestError) largestError = error
  }
  if (largestError === 0) return equal
  const norms = Math.sqrt(signal) * Math.sqrt(energy)
  return {
    sqnr: 10 * Math.log10(signal / squares),
    cosine: norms === 0 ? 0 : Math.min(Math.max(product / norms, -1), 1),
    maxError: largestError * scale,
    meanAbsoluteError: (sum / length) * scale,
  }
}

/** The largest finite magnitude; 1 if all values are zero, or there are none. */
function largest(reference: ArrayLike<number>, output: ArrayLike<number>): number {
  let magnitude = 0
  for (const values of [reference, output]) {
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i]!)
      if (size > magnitude && size < Infinity) magnitude = size
    }
  }
  return magnitude || 1
}
