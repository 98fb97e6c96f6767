/** How often, and in how many bursts, a series lies above a threshold. */
export interface Exceedances {
  readonly count: number
  /** Runs of consecutive exceedances, or runs between them if those are fewer: 0 if all samples exceed, or none. */
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
 * samples (Kish's design effect). The runs below the threshold give the same figure with the sides exchanged; the larger
 * one counts, because a machine that was fast for one long stretch shows it on that side only.
 *
 * @param samples In the order in which they were measured.
 * @example exceedances([1, 9, 9, 1, 9, 1, 1, 1], 5) // { count: 3, clusters: 2, designEffect: 1 }
 */
export function exceedances(samples: readonly number[], threshold: number): Exceedances {
  const above = { samples: 0, runs: 0, squares: 0 }
  const below = { samples: 0, runs: 0, squares: 0 }
  let start = 0
  for (let index = 1; index <= samples.length; index++) {
    const isAbove = samples[start]! > threshold
    if (index < samples.length && samples[index]! > threshold === isAbove) continue
    const side = isAbove ? above : below
    const length = index - start
    side.samples += length
    side.runs++
    side.squares += length ** 2
    start = index
  }
  const count = above.samples
  if (count === 0 || below.samples === 0) return { count, clusters: 0, designEffect: 1 }
  const effect = (side: typeof above, otherShare: number) =>
    otherShare * (1 + side.squares / side.samples) - 1
  return {
    count,
    clusters: Math.min(above.runs, below.runs),
    designEffect: Math.max(
      1,
      effect(above, below.samples / samples.length),
      effect(below, count / samples.length),
    ),
  }
}
