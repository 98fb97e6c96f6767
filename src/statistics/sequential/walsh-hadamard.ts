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
  const { length } = values
  let span = 1
  // Two stages in one pass, which halves the traffic to memory.
  for (; 4 * span <= length; span *= 4) {
    for (let start = 0; start < length; start += 4 * span) {
      for (let i = start; i < start + span; i++) {
        const first = values[i]!
        const second = values[i + span]!
        const third = values[i + 2 * span]!
        const fourth = values[i + 3 * span]!
        values[i] = first + second + (third + fourth)
        values[i + span] = first - second + (third - fourth)
        values[i + 2 * span] = first + second - (third + fourth)
        values[i + 3 * span] = first - second - (third - fourth)
      }
    }
  }
  if (span === length) return values
  // The number of stages is odd: one is left, of two halves.
  for (let i = 0; i < span; i++) {
    const first = values[i]!
    const second = values[i + span]!
    values[i] = first + second
    values[i + span] = first - second
  }
  return values
}
