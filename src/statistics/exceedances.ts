/** How often, and in how many bursts, a series lies above a threshold. */
export interface Exceedances {
  readonly count: number
  /** Runs of consecutive exceedances. */
  readonly clusters: number
  /** How many samples carry the information of one independent sample, at least 1. */
  readonly designEffect: number
}

/**
 * Counts the exceedances of a threshold, and how strongly they come in bursts.
 *
 * Slow inferences come in bursts - a busy neighbour slows down 20 in a row - and 20 such exceedances tell no more than
 * one. With run lengths L the mean burst seen by an exceedance is M = sum L^2 / sum L; for a two-state Markov chain
 * that is below the threshold with probability p, the variance of the count is p (1 + M) - 1 times that of independent
 * samples (Kish's design effect).
 *
 * @param samples In the order in which they were measured.
 * @example exceedances([1, 9, 9, 1, 9, 1, 1, 1], 5) // { count: 3, clusters: 2, designEffect: 1 }
 */
export function exceedances(samples: readonly number[], threshold: number): Exceedances {
  let count = 0
  let clusters = 0
  let squares = 0
  let run = 0
  // One step past the end closes the last run.
  for (let index = 0; index <= samples.length; index++) {
    if (index < samples.length && samples[index]! > threshold) {
      run++
    } else if (run > 0) {
      count += run
      clusters++
      squares += run ** 2
      run = 0
    }
  }
  if (count === 0) return { count, clusters, designEffect: 1 }
  const below = 1 - count / samples.length
  return { count, clusters, designEffect: Math.max(1, below * (1 + squares / count) - 1) }
}
