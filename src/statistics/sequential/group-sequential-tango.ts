import { checkCount } from '../check.ts'
import { type PairedCounts, totalOf } from '../intervals/paired-counts.ts'
import { tangoScore } from '../intervals/tango-score.ts'
import { groupSequentialBoundaries, spendings } from './group-sequential-boundaries.ts'

export interface GroupSequentialTangoOptions {
  /** The clause is `gap < limit`. */
  readonly limit: number
  /** Samples that there are. */
  readonly samples: number
  /** How often is looked, evenly spaced. */
  readonly looks?: number
  readonly alphaViolated?: number
  readonly alphaUpheld?: number
}

/**
 * Decides "the accuracy gap is below `limit`" while samples are still coming in: Tango's score at each look against
 * group-sequential boundaries with Pocock spending, which on two equal models stops after a third of the samples.
 *
 * @returns a function that takes the counts so far at a look and gives the verdict, undefined if there is none yet
 * @throws RangeError if there are fewer samples than looks, or an option is out of range.
 * @example
 * const look = groupSequentialTango({ limit: 0.005, samples: 10_000 })
 * look({ bothRight: 4990, onlyFirst: 5, onlySecond: 5, bothWrong: 0 }) // 'upheld', after half of the samples
 */
export function groupSequentialTango(
  options: GroupSequentialTangoOptions,
): (counts: PairedCounts) => 'upheld' | 'violated' | undefined {
  const { limit, samples, looks = 10, alphaViolated = 0.01, alphaUpheld = 0.05 } = options
  checkCount(looks, 'number of looks', 1)
  checkCount(samples, 'number of samples', looks)
  const fractions = Array.from({ length: looks }, (_, look) => (look + 1) / looks)
  const [violated, upheld] = [alphaViolated, alphaUpheld].map(alpha =>
    groupSequentialBoundaries(fractions, alpha, spendings.pocock),
  )
  return counts => {
    // A look that comes late takes the boundary before it, which is the stricter one.
    const look = Math.floor((totalOf(counts) / samples) * looks + 1e-9) - 1
    if (look < 0) return undefined
    const z = tangoScore(counts, limit)
    const last = Math.min(look, looks - 1)
    if (z > violated![last]!) return 'violated'
    return z < -upheld![last]! ? 'upheld' : undefined
  }
}
