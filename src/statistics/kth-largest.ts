/**
 * The k-th largest of many values, for a small k: one pass that keeps the k largest so far in order. Most values are
 * compared with the least of those and forgotten.
 *
 * @param k From 1 to the number of values.
 * @throws RangeError if there is no k-th value.
 * @example kthLargest(Float64Array.of(3, 1, 4, 1, 5), 2) // 4
 */
export function kthLargest(values: Float64Array, k: number): number {
  if (!(k >= 1 && k <= values.length)) throw new RangeError(`no value is number ${k} of ${values.length}`)
  // Descending; its end is the k-th largest of the values so far.
  const largest = new Float64Array(k).fill(-Infinity)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value <= largest[k - 1]!) continue
    let place = k - 1
    while (place > 0 && largest[place - 1]! < value) {
      largest[place] = largest[place - 1]!
      place--
    }
    largest[place] = value
  }
  return largest[k - 1]!
}
