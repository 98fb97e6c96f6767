import { type PairedCounts, totalOf } from '../intervals/paired-counts.ts'

/** Evidence for either verdict on `gap < limit`: decided at 1 / alpha. */
export interface GapEvidence {
  /** Against "the gap is at least the limit". */
  readonly upheld: number
  /** Against "the gap is at most the limit". */
  readonly violated: number
}

/** Shares of the wealth that are bet: which one is right depends on a gap that nobody knows. */
export const bets = [0.03, 0.06, 0.12, 0.25, 0.5, 0.9]

/**
 * Evidence about the accuracy gap of two models, which may be looked at after every sample, for as long as there are
 * samples: betting on bounded differences (Waudby-Smith and Ramdas, 2024), in closed form, because a difference is -1, 0
 * or 1. Slower than a group-sequential test, but the number of samples need not be known.
 *
 * @param limit In (-1, 1).
 * @throws RangeError if a count is not a whole number or the limit out of range.
 */
export function gapEvidence(counts: PairedCounts, limit: number): GapEvidence {
  if (!(limit > -1 && limit < 1)) throw new RangeError(`the limit is ${limit}, not between -1 and 1`)
  const total = totalOf(counts)
  const { onlyFirst, onlySecond } = counts
  const same = total - onlyFirst - onlySecond
  /** Mean wealth of the bets on `sign * (difference - limit)`. */
  const wealth = (sign: 1 | -1) => {
    // A bet of 1 / largest loss may lose all.
    const largestLoss = 1 + sign * limit
    const logs = bets.map(bet => {
      const stake = (sign * bet) / largestLoss
      return (
        onlyFirst * Math.log1p(stake * (1 - limit)) +
        same * Math.log1p(-stake * limit) +
        onlySecond * Math.log1p(-stake * (1 + limit))
      )
    })
    return logs.reduce((sum, log) => sum + Math.exp(log), 0) / bets.length
  }
  return { upheld: wealth(-1), violated: wealth(1) }
}
