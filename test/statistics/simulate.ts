import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { blockLogRatio, quadLogRatio, quadOrder, quadsPerBlock } from '../../src/statistics/block.ts'

/** A standard normal number (Box and Muller, 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** The most rejections in so many runs that go with an error probability of alpha: 99.9% of binomial counts. */
export function mostRejections(runs: number, alpha: number): number {
  let most = 0
  while (binomialCdf(most, runs, alpha) < 0.999) most++
  return most
}

/** The state of a machine: log slow-down of the segment that runs now, whichever variant runs. */
export type Noise = (random: () => number) => () => number

/** The machines on which a verdict must keep its promise, by name. */
export const machines: Readonly<Record<string, Noise>> = {
  quiet: random => () => 0.008 * normal(random),

  // Slow now is slow in a second; lag-1 autocorrelation 0.99 between segments.
  correlated: random => {
    let state = 0
    return () => {
      state = 0.99 * state + 0.01 * Math.sqrt(1 - 0.99 ** 2) * normal(random)
      return state + 0.008 * normal(random)
    }
  },

  // Warms up by 6% with a time constant of 400 segments, and wanders.
  drifting: random => {
    let segment = 0
    let state = 0
    return () => {
      state += 0.001 * normal(random)
      return 0.06 * (1 - Math.exp(-segment++ / 400)) + state + 0.004 * normal(random)
    }
  },

  // Neighbours slow it down by 10-40% for 20 segments on average; single spikes beside.
  disturbed: random => {
    let burst = 0
    return () => {
      if (burst === 0 && random() < 0.01) burst = 0.1 + 0.3 * random()
      else if (random() < 0.05) burst = 0
      return burst + (random() < 0.01 ? Math.exp(normal(random) - 1) : 0) + 0.008 * normal(random)
    }
  },

  // The first segment of every quad runs 0.6% slower, as after a pause: what randomising the order is for.
  pausing: random => {
    let segment = 0
    return () => (segment++ % 4 === 0 ? 0.006 : 0) + 0.002 * normal(random)
  },
}

/**
 * Blocks as an interleaved measurement gives them, on a simulated machine.
 *
 * @param logRatio True log latency ratio of A to B.
 */
export function simulateBlocks(noise: Noise, logRatio: number, random: () => number): () => number {
  const slowdown = noise(random)
  return () => {
    const quads = Array.from({ length: quadsPerBlock }, () => {
      const order = quadOrder(random)
      const segment = (position: number) =>
        Math.exp(slowdown() + (order.charAt(position) === 'A' ? logRatio : 0))
      return quadLogRatio([segment(0), segment(1), segment(2), segment(3)], order)
    })
    return blockLogRatio(quads)
  }
}
