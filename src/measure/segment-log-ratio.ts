import { blockLogRatio, quadLogRatio } from '../statistics/block.ts'
import { type SegmentStatistic, segmentStatistic } from '../statistics/segment-statistic.ts'
import type { PairBlock } from './pair.ts'

/**
 * log(latency A / latency B) of one block: one number per segment, one difference per quad, the median of the quads.
 * The default is the quiet latency, the minimum of a segment: noise on a CPU is one-sided, and minima are 1.5 to 2.5
 * times tighter than medians.
 */
export function segmentLogRatio(
  { quads, orders }: PairBlock,
  statistic: SegmentStatistic = 'minimum',
): number {
  return blockLogRatio(
    quads.map((segments, quad) => {
      const [first, second, third, fourth] = segments.map(segment =>
        segmentStatistic([...segment], statistic),
      )
      return quadLogRatio([first!, second!, third!, fourth!], orders[quad]!)
    }),
  )
}
