import { checkCount } from '../check.ts'
import type { Interval } from '../intervals/interval.ts'
import { type PairedCounts, totalOf } from '../intervals/paired-counts.ts'
import { tangoLimits, tangoScore } from '../intervals/tango-score.ts'
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
  const boundaries = lookBoundaries(options)
  return counts => {
    const z = boundaries(counts)
    if (!z) return undefined
    const score = tangoScore(counts, options.limit)
    if (score > z.violated) return 'violated'
    return score < -z.upheld ? 'upheld' : undefined
  }
}

/**
 * The gaps that `groupSequentialTango` would have left open at a look, had they been its limit: a repeated confidence
 * interval (Jennison and Turnbull, Group Sequential Methods, 1999, section 9.1). At no look the truth is left out on either
 * side more often than alphaViolated and alphaUpheld say.
 *
 * @returns a function of the counts at a look; before the first one every gap is open
 */
export function groupSequentialTangoInterval(
  options: Omit<GroupSequentialTangoOptions, 'limit'>,
): (counts: PairedCounts) => Interval {
  const boundaries = lookBoundaries(options)
  return counts => {
    const z = boundaries(counts)
    return z ? tangoLimits(counts, { above: z.violated, below: z.upheld }) : { lower: -1, upper: 1 }
  }
}

/** What the score has to exceed at a look; undefined before the first one. */
function lookBoundaries(options: Omit<GroupSequentialTangoOptions, 'limit'>) {
  const { samples, looks = 10, alphaViolated = 0.01, alphaUpheld = 0.05 } = options
  checkCount(looks, 'number of looks', 1)
  checkCount(samples, 'number of samples', looks)
  const [violated, upheld] = [criticalValues(looks, alphaViolated), criticalValues(looks, alphaUpheld)]
  return (counts: PairedCounts) => {
    // A look that comes late takes the boundary before it, which is the stricter one.
    const look = Math.min(Math.floor((totalOf(counts) / samples) * looks + 1e-9), looks) - 1
    return look < 0 ? undefined : { violated: violated[look]!, upheld: upheld[look]! }
  }
}

/** They take a tenth of a second, and every clause asks for the same ones. */
const known = new Map<string, readonly number[]>()

/** Of looks that are evenly spaced. */
function criticalValues(looks: number, alpha: number): readonly number[] {
  const key = `${looks} ${alpha}`
  const fractions = Array.from({ length: looks }, (_, look) => (look + 1) / looks)
  const values = known.get(key) ?? groupSequentialBoundaries(fractions, alpha, spendings.pocock)
  known.set(key, values)
  return values
}
