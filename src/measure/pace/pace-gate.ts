/** Decides which timings ran at the machine's full pace, blind to which engine is which. */
export interface PaceGate {
  /** Duration of the probe at the best pace known, in us; undefined before anything is known. */
  readonly best: number | undefined
  /** The best of this run alone; undefined before there are probes enough. */
  readonly seen: number | undefined
  /** Takes probes as they come, in us. */
  add(probes: ArrayLike<number>): void
  /** Whether a probe of so many us shows the full pace, as far as that is known by now. */
  isFull(probe: number): boolean
}

/**
 * A probe that takes longer than the best by more than this has met another pace. On the recorded machine of two speeds
 * bounds from 1.08 to 1.2 give ratios within 0.3% of each other, and the wider ones keep more (docs/pace.md); clocks that wander on a quiet
 * machine stay within.
 */
const fullPace = 1.15

/** A single probe may be short by chance: the best pace is what one in a hundred reached, and at least three. */
const bestShare = 0.01
const leastAtBest = 3
/** So many of the shortest are kept: the hundredth part of a run of an hour. */
const mostKept = 4096

/** @param known Best pace of earlier runs on this machine, in us. */
export function paceGate(known = Number.POSITIVE_INFINITY): PaceGate {
  let shortest: number[] = []
  let count = 0
  let seen: number | undefined
  const best = () => Math.min(known, seen ?? known)
  return {
    get best() {
      return Number.isFinite(best()) ? best() : undefined
    },
    get seen() {
      return seen
    },
    add(probes) {
      count += probes.length
      shortest = [...shortest, ...Array.from(probes)].sort((a, b) => a - b).slice(0, mostKept)
      const rank = Math.max(leastAtBest, Math.ceil(bestShare * count))
      seen = shortest[rank - 1] ?? seen
    },
    isFull: probe => probe <= fullPace * best(),
  }
}
