/**
 * KL(P || Q) of the first i bins, straight from the description: P and Q are written out bin by bin.
 * `klThreshold` has prefix sums instead; nothing is shared with it.
 */
export function divergence(counts: Float64Array, i: number): number {
  const h = counts.slice()
  h[0] = h[1]!
  const p = h.slice(0, i)
  p[i - 1]! += h.slice(i).reduce((sum, count) => sum + count, 0)
  const q = new Float64Array(i)
  const level = (bin: number) => Math.floor((bin * 128) / i)
  for (let first = 0; first < i; ) {
    let end = first
    while (end < i && level(end) === level(first)) end++
    const bins = h.slice(first, end)
    const filled = bins.filter(count => count > 0).length
    const mass = bins.reduce((sum, count) => sum + count, 0)
    for (let bin = first; bin < end; bin++) if (h[bin]! > 0) q[bin] = mass / filled
    first = end
  }
  const [pSum, qSum] = [p, q].map(bins => bins.reduce((sum, count) => sum + count, 0)) as [number, number]
  const isSingle = h.slice(0, i).filter(count => count > 0).length === 1
  if (qSum === 0 || (isSingle && qSum < pSum)) return Infinity
  return p.reduce(
    (sum, count, bin) =>
      count > 0 ? sum + (count / pSum) * Math.log(count / pSum / Math.max(q[bin]! / qSum, 1e-12)) : sum,
    0,
  )
}
