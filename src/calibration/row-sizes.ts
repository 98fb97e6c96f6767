/** Exponents that a 32-bit float can have. */
const exponents = 256

/**
 * Counts rows by the exponent of their largest magnitude; rows of zeros are not counted.
 *
 * @param length of a row
 */
export function countRows(
  values: Float32Array,
  length: number,
  counts: Float64Array = new Float64Array(exponents),
): Float64Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let first = 0; first < bits.length; first += length) {
    let largest = 0
    const end = Math.min(first + length, bits.length)
    for (let i = first; i < end; i++) {
      const magnitude = bits[i]! & 0x7fffffff
      if (magnitude > largest) largest = magnitude
    }
    if (largest > 0) counts[largest >>> 23]!++
  }
  return counts
}

/** Below this lie the largest magnitudes of one row in twenty, within a factor of two; undefined if there are no rows. */
export function smallRows(counts: Float64Array): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let below = 0
  const exponent = counts.findIndex(count => {
    below += count
    return below * 20 >= total
  })
  return 2 ** (exponent - 126)
}
