/** How often, and in how many bursts, a series lies above a threshold. */
export interface Exceedances {
  readonly count: number
  /**
   * Bursts: runs of consecutive exceedances, or runs between them if those are fewer, and no more than the design effect leaves:
   * 0 if all samples exceed, or none.
   */
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
  const designEffect = Math.max(
    1,
    effect(above, below.samples / samples.length),
    effect(below, count / samples.length),
    ofBrokenBursts(samples, threshold, count / samples.length),
  )
  const rarer = Math.min(count, below.samples)
  return {
    count,
    // Bursts of random length L have an effect of about 2 L - 1: those that break up are not more bursts.
    clusters: Math.min(above.runs, below.runs, Math.ceil((2 * rarer) / (designEffect + 1))),
    designEffect,
  }
}

/** Bursts that last longer than this are looked for by their runs alone. */
const mostLag = 200
/** Autocorrelations of fewer samples are noise. */
const leastSamples = 100

/**
 * The same from autocorrelations of "is above": 1 + 2 (r1 + r2 + ...), of which pairs are added up for as long as they are
 * positive (Geyer, Statistical Science 7, 1992, initial positive sequence).
 */
function ofBrokenBursts(samples: readonly number[], threshold: number, share: number): number {
  const { length } = samples
  if (length < leastSamples) return 1
  // The rarer side is counted: both have the same autocorrelations.
  const isRare = Uint8Array.from(samples, sample => Number(sample > threshold === share <= 0.5))
  const rare = Math.min(share, 1 - share)
  const places: number[] = []
  for (let index = 0; index < length; index++) if (isRare[index]) places.push(index)
  const correlation = (lag: number) => {
    let both = 0
    for (const place of places) both += isRare[place + lag] ?? 0
    return (both / (length - lag) - rare ** 2) / (rare * (1 - rare))
  }
  let sum = 0
  for (let lag = 0; lag < Math.min(mostLag, length - 2); lag += 2) {
    const pair = (lag === 0 ? 1 : correlation(lag)) + correlation(lag + 1)
    if (pair <= 0) break
    sum += pair
  }
  return 2 * sum - 1
}
