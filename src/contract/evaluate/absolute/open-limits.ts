import type { Interval } from '../../../statistics/intervals/interval.ts'
import { quantileRuleInterval } from '../../../statistics/intervals/quantile-rule-interval.ts'
import { type DecidingEnds, decidingEnds } from '../deciding-ends.ts'
import type { Alpha } from '../evaluation.ts'
import { meanLatencyInterval } from '../speed-estimate.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'
import { speedInterval } from './speed-interval.ts'

export interface AbsoluteRule {
  /** Whether the latency is to be at most the limit, or at least. */
  readonly wantsFast: boolean
  readonly alpha: Alpha
  /** It is held against another day, so what launches differ by counts as well. */
  readonly isOfTwoDays: boolean
}

/**
 * The limits in ms that a clause about the speed of one engine leaves undecided: its verdict is where the limit lies to them.
 *
 * @param launches latencies in ms in the order of running, one array per launch
 */
export function openLimits(
  launches: readonly (readonly number[])[],
  metric: SpeedStatistic,
  limit: number,
  { wantsFast, alpha, isOfTwoDays }: AbsoluteRule,
): DecidingEnds {
  const comparison = wantsFast ? '<=' : '>='
  if (isOfTwoDays) return decidingEnds(speedInterval(metric, launches), comparison, alpha)
  if (metric.quantile === undefined) {
    const byLevel = (level: number): Interval => meanLatencyInterval(launches, 1 - 2 * level)
    return decidingEnds(byLevel, comparison, alpha)
  }
  // The rule says whether the latency is at most the limit. Where it is to be at least that, its errors change places.
  const [alphaUpheld, alphaViolated] = wantsFast
    ? [alpha.upheld, alpha.violated]
    : [alpha.violated, alpha.upheld]
  const options = { p: metric.quantile, limit, alphaUpheld, alphaViolated }
  return {
    ...quantileRuleInterval(launches.flat(), options),
    confidence: 1 - alpha.violated - alpha.upheld,
  }
}
