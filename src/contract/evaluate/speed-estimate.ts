import { mean } from 'simple-statistics'
import type { Engine } from '../../builder/engine.ts'
import { correlatedMeanInterval } from '../../statistics/intervals/correlated-mean-interval.ts'
import type { Interval } from '../../statistics/intervals/interval.ts'
import { quantileInterval } from '../../statistics/intervals/quantile-interval.ts'
import type { Estimate } from '../evidence.ts'
import { confidence } from './evaluation.ts'
import type { SpeedStatistic } from './speed-statistic.ts'

/** Inferences per block of a mean: longer than the bursts of a busy machine. */
export const blockLength = 50

/**
 * A speed of one engine over all its timed inferences, with its interval.
 *
 * @param launches latencies in ms in the order of running, one array per launch
 */
export function speedEstimate(
  { name, better, quantile, latency }: SpeedStatistic,
  { variant, context }: Engine,
  launches: readonly (readonly number[])[],
): Estimate {
  const higherIsFaster = better === 'higher'
  const all = launches.flat()
  const toUnit = (milliseconds: number) =>
    higherIsFaster ? (context.target.batch * 1000) / milliseconds : milliseconds
  const interval =
    quantile === undefined
      ? meanLatencyInterval(launches, confidence)
      : quantileInterval(all, quantile, confidence)
  // A latency that the samples do not bound from below is still above 0.
  const [lower, upper] = [toUnit(Math.max(0, interval.lower)), toUnit(interval.upper)]
  return {
    of: `${variant} ${name}`,
    value: toUnit(latency(all)),
    lower: Math.min(lower, upper),
    upper: Math.max(lower, upper),
    confidence,
    unit: higherIsFaster ? 'fps' : 'ms',
  }
}

/** Interval of the mean latency in ms, from means over blocks of inferences. */
export function meanLatencyInterval(launches: readonly (readonly number[])[], coverage: number): Interval {
  const blocks = launches.flatMap(launch =>
    Array.from({ length: Math.floor(launch.length / blockLength) }, (_, i) =>
      mean(launch.slice(i * blockLength, (i + 1) * blockLength)),
    ),
  )
  return correlatedMeanInterval(blocks, coverage)
}
