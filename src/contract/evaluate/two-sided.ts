import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Comparison } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'
import type { DecidingEnds } from './deciding-ends.ts'
import { type Alpha, compareInterval } from './evaluation.ts'

type ByLevel = (level: number) => Interval

/** One-sided errors of the two answers to "is the gap, in either direction, smaller than the bound?" */
function levels(comparison: Comparison, alpha: Alpha): { readonly within: number; readonly beyond: number } {
  const [within, beyond] = comparison.startsWith('<')
    ? [alpha.upheld, alpha.violated]
    : [alpha.violated, alpha.upheld]
  // It may be beyond in either direction, and is within only if it is in both (two one-sided tests).
  return { within, beyond: beyond / 2 }
}

/** Verdict about a gap in both directions. */
export function twoSidedVerdict(
  interval: ByLevel,
  comparison: Comparison,
  bound: number,
  alpha: Alpha,
): Verdict {
  const level = levels(comparison, alpha)
  const [within, beyond] = [interval(level.within), interval(level.beyond)]
  const size = {
    lower: Math.max(0, beyond.lower, -beyond.upper),
    upper: Math.max(-within.lower, within.upper),
  }
  return compareInterval(size, comparison, bound)
}

/** The interval of the gap that belongs to a verdict: of the one of the two tests that decided, or else the wider one. */
export function twoSidedEnds(
  interval: ByLevel,
  comparison: Comparison,
  verdict: Verdict,
  alpha: Alpha,
): DecidingEnds {
  const { within, beyond } = levels(comparison, alpha)
  const isWithin = verdict === (comparison.startsWith('<') ? 'upheld' : 'violated')
  const level = isWithin ? within : verdict === 'inconclusive' ? Math.min(within, beyond) : beyond
  return { ...interval(level), confidence: 1 - 2 * level }
}
