import type { PairedCounts } from '../../statistics/intervals/paired-counts.ts'
import {
  groupSequentialTango,
  groupSequentialTangoInterval,
} from '../../statistics/sequential/group-sequential-tango.ts'
import type { Comparison } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'
import type { DecidingEnds } from './deciding-ends.ts'
import type { Alpha } from './evaluation.ts'

export interface GapRuleOptions {
  /** Whether the gap counts in both directions. */
  readonly twoSided: boolean
  readonly comparison: Comparison
  readonly limit: number
  /** Samples that there are. */
  readonly samples: number
  readonly alpha: Alpha
}

/** What a look has decided, if anything, and the gaps that it leaves open. */
export interface LookDecision {
  readonly verdict: Exclude<Verdict, 'inconclusive'> | undefined
  readonly ends: DecidingEnds
}

type Rule = (counts: PairedCounts) => LookDecision

/** The rule for a gap below the limit, or, where the clause wants it above, the same rule read the other way. */
export function gapRule({ twoSided, comparison, alpha, ...options }: GapRuleOptions): Rule {
  const wantsLess = comparison.startsWith('<')
  const [alphaUpheld, alphaViolated] = wantsLess
    ? [alpha.upheld, alpha.violated]
    : [alpha.violated, alpha.upheld]
  const isBelow = (twoSided ? bothDirections : oneDirection)({ ...options, alphaUpheld, alphaViolated })
  if (wantsLess) return isBelow
  return counts => {
    const { verdict, ends } = isBelow(counts)
    return { verdict: verdict && (verdict === 'upheld' ? 'violated' : 'upheld'), ends }
  }
}

interface BelowOptions {
  readonly limit: number
  readonly samples: number
  readonly alphaUpheld: number
  readonly alphaViolated: number
}

function oneDirection(options: BelowOptions): Rule {
  const decide = groupSequentialTango(options)
  const open = groupSequentialTangoInterval(options)
  const confidence = 1 - options.alphaUpheld - options.alphaViolated
  return counts => ({ verdict: decide(counts), ends: { ...open(counts), confidence } })
}

/** Below in both directions: each has to be ruled out, and either alone breaks the clause, at half the error each. */
function bothDirections(options: BelowOptions): Rule {
  const { alphaUpheld, alphaViolated } = options
  const rule = oneDirection({ ...options, alphaViolated: alphaViolated / 2 })
  // Each direction keeps its verdict, and what it knew of the gap then: it was right to stop there.
  const kept: (LookDecision | undefined)[] = [undefined, undefined]
  return counts => {
    const { onlyFirst, onlySecond } = counts
    const [forth, back] = [counts, { ...counts, onlyFirst: onlySecond, onlySecond: onlyFirst }].map(
      (direction, i) => {
        const decision = kept[i] ?? rule(direction)
        if (decision.verdict) kept[i] = decision
        return decision
      },
    ) as [LookDecision, LookDecision]
    const isUpheld = forth.verdict === 'upheld' && back.verdict === 'upheld'
    if (isUpheld) {
      const ends = { lower: -back.ends.upper, upper: forth.ends.upper, confidence: 1 - 2 * alphaUpheld }
      return { verdict: 'upheld', ends }
    }
    // What is kept of the other direction is of an earlier look: it does not narrow what this one has found.
    const [least, most] = [forth.ends.lower, -back.ends.lower]
    const confidence = 1 - alphaViolated
    if (forth.verdict === 'violated') {
      return { verdict: 'violated', ends: { lower: least, upper: Math.max(least, most), confidence } }
    }
    if (back.verdict === 'violated') {
      return { verdict: 'violated', ends: { lower: Math.min(least, most), upper: most, confidence } }
    }
    const ends = {
      lower: Math.min(least, -back.ends.upper),
      upper: Math.max(most, forth.ends.upper),
      confidence: 1 - Math.min(alphaViolated, 2 * alphaUpheld),
    }
    return { verdict: undefined, ends }
  }
}
