/**
 * The Walsh-Hadamard transform, in place: `out[j] = sum over m of in[m] * (-1)^(number of ones in j & m)`.
 *
 * The sign of the term m in output j is a parity, so the outputs are the sums of the inputs under 2^k patterns of signs
 * that form a group - all of them in k 2^k additions (Fino and Algazi, 1976).
 *
 * @param values As many as a power of two.
 * @returns The same array.
 * @example walshHadamard(Float64Array.of(1, 0, 1, 0)) // [2, 2, 0, 0]
 */
export function walshHadamard(values: Float64Array): Float64Array {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const first = values[i]!
        const second = values[i + half]!
        values[i] = first + second
        values[i + half] = first - second
      }
    }
  }
  return values
}
