/**
 * Pairs of positions of a longest common subsequence of two lists (Wagner and Fischer 1974): what both have, in an order
 * that both have. Takes time and memory in proportion to the product of the lengths.
 *
 * @example commonSubsequence(['a', 'b', 'c'], ['b', 'x', 'c']) // [[1, 0], [2, 2]]
 */
export function commonSubsequence(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  // length[i * width + j]: of the longest common subsequence of a from i on and b from j on.
  const length = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        a[i] === b[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!)
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++
    else j++
  }
  return pairs
}
