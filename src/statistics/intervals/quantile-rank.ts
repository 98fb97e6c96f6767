import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'

/**
 * Rank, from the smallest, of the sample that lies above the true p-quantile with at most the probability `tail`: the
 * largest for which P(fewer samples than that lie below the quantile) <= tail (David and Nagaraja, Order Statistics,
 * section 7.1). With 1 - p it is the rank from the largest of the sample that lies below it.
 *
 * @returns 1 to n; 0 if so few samples bound nothing
 * @example quantileRank(10, 0.5, 0.05) // 2: P(at most 1 of 10 below the median) = 0.011
 */
export function quantileRank(n: number, p: number, tail: number): number {
  let [low, high] = [0, n + 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (binomialCdf(middle - 1, n, p) <= tail) low = middle
    else high = middle
  }
  return low
}
