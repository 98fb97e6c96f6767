import { median, min, quantile } from 'simple-statistics'

/** What stands for the latencies of a segment. */
export type SegmentStatistic = 'minimum' | 'median' | 'lower quartile'

const statistics: Record<SegmentStatistic, (latencies: number[]) => number> = {
  minimum: min,
  median,
  'lower quartile': latencies => quantile(latencies, 0.25),
}

/**
 * One number for the latencies of a segment.
 *
 * On a CPU the noise only ever adds time - neighbours, interrupts, migrations - so the minimum, the "quiet" latency, is
 * the tightest; the median is what users see, and is reported beside it.
 *
 * @param latencies Of one segment, in any unit.
 * @throws RangeError if there are none, or one is not a positive finite number.
 * @example segmentStatistic([1.2, 1.0, 3.5], 'minimum') // 1
 */
export function segmentStatistic(latencies: readonly number[], statistic: SegmentStatistic): number {
  if (latencies.length === 0) throw new RangeError('a segment without inferences has no latency')
  const wrong = latencies.find(latency => !(latency > 0 && latency < Infinity))
  if (wrong !== undefined) throw new RangeError(`a latency is ${wrong}, not a positive finite number`)
  return statistics[statistic]([...latencies])
}
