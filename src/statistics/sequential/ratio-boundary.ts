/**
 * The boundary of the log latency ratio at which a clause about a ratio of speeds turns from upheld to violated.
 *
 * `fps of A >= factor * fps of B within tolerance` says `latency A / latency B <= 1 / (factor * (1 - tolerance))`. With
 * a tolerance of 0 two equally fast variants lie on the boundary, where the honest answer is mostly "inconclusive".
 *
 * @param tolerance Relative slack of the clause, 0.01 for 1%.
 * @param factor How many times as fast A must be.
 * @returns mu0 = -log(factor * (1 - tolerance)), for `log(latency A / latency B)`.
 * @throws RangeError if the tolerance is not in [0, 1) or the factor not positive.
 * @example ratioBoundary(0.01) // 0.01005
 */
export function ratioBoundary(tolerance: number, factor = 1): number {
  if (!(tolerance >= 0 && tolerance < 1)) throw new RangeError(`the tolerance is ${tolerance}, not in [0, 1)`)
  if (!(factor > 0 && factor < Infinity)) throw new RangeError(`the factor is ${factor}, not positive`)
  return -Math.log1p(-tolerance) - Math.log(factor)
}
