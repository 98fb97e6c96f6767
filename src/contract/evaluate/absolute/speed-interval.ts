import type { Interval } from '../../../statistics/intervals/interval.ts'
import { meanInterval } from '../../../statistics/intervals/mean-interval.ts'
import { quantileInterval } from '../../../statistics/intervals/quantile-interval.ts'
import { meanLatencyInterval } from '../speed-estimate.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'

/** A launch with fewer inferences says little by itself. */
const leastInferences = 15

/**
 * Interval of a latency that is compared with one of another day: what inferences leave open and what launches differ by, the
 * wider of both.
 *
 * @param launches latencies in ms, one array per launch
 * @returns the interval in ms with the one-sided error `level` at each end
 */
export function speedInterval(
  { quantile, latency }: SpeedStatistic,
  launches: readonly (readonly number[])[],
): (level: number) => Interval {
  const logs = launches
    .filter(({ length }) => length >= leastInferences)
    .map(launch => Math.log(latency(launch)))
  return level => {
    const coverage = 1 - 2 * level
    const within =
      quantile === undefined
        ? meanLatencyInterval(launches, coverage)
        : quantileInterval(launches.flat(), quantile, coverage)
    const between = meanInterval(logs, coverage)
    return {
      lower: Math.max(0, Math.min(within.lower, Math.exp(between.lower))),
      upper: Math.max(within.upper, Math.exp(between.upper)),
    }
  }
}
