import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Estimate } from '../evidence.ts'
import type { DecidingEnds } from './deciding-ends.ts'
import { confidence as usualConfidence } from './evaluation.ts'

interface Figure {
  readonly value: number
  /** Interval with the one-sided error `level` at each end. */
  readonly interval: (level: number) => Interval
}

/**
 * A figure as it is shown: with the ends that decided, or without them with the usual ones.
 *
 * @param factor to the unit in which it is shown
 */
export function figureWithEnds(
  { value, interval }: Figure,
  ends: DecidingEnds | undefined,
  factor = 1,
): Pick<Estimate, 'value' | 'lower' | 'upper' | 'confidence'> {
  const { lower, upper } = ends ?? interval((1 - usualConfidence) / 2)
  // Certain where the interval is the value itself.
  const isExact = lower === value && upper === value
  return {
    value: value * factor,
    lower: lower * factor,
    upper: upper * factor,
    confidence: isExact ? 1 : (ends?.confidence ?? usualConfidence),
  }
}
