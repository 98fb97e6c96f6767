import { median } from 'simple-statistics'
import type { PairBlock } from '../measure/pair.ts'
import { segmentLogRatio } from '../measure/segment-log-ratio.ts'
import type { Interval } from '../statistics/intervals/interval.ts'
import { type SegmentStatistic, segmentStatistic } from '../statistics/segment-statistic.ts'
import { tMixtureInterval } from '../statistics/sequential/t-mixture-interval.ts'

/** A median over blocks with its 95% interval. */
export type BlockMedian = Interval & { readonly median: number }

/** How long two engines take, measured in turns without a profiler. */
export interface TimedPair {
  /** Latencies in µs. */
  readonly latency: { readonly a: BlockMedian; readonly b: BlockMedian }
  /** Latency of b less that of a, in µs. */
  readonly difference: BlockMedian
  /** fps of b / fps of a. */
  readonly ratio: BlockMedian
  readonly blocks: number
}

/**
 * @param blocks - of one pair, `A` in them is `a`
 * @param statistics - what stands for a segment: where it is compared with the times of layers, and in ratios
 */
export function timedPair(
  blocks: readonly PairBlock[],
  statistics: { readonly latency: SegmentStatistic; readonly ratio: SegmentStatistic },
): TimedPair {
  const latencies = (side: 'A' | 'B') => blocks.map(block => latencyOf(block, side, statistics.latency))
  const [ofA, ofB] = [latencies('A'), latencies('B')]
  return {
    latency: { a: estimate(ofA), b: estimate(ofB) },
    difference: estimate(ofB.map((latency, block) => latency - ofA[block]!)),
    ratio: ratioOf(blocks.map(block => segmentLogRatio(block, statistics.ratio))),
    blocks: blocks.length,
  }
}

/** Latency of one engine in a block, in µs. */
function latencyOf({ quads, orders }: PairBlock, side: 'A' | 'B', statistic: SegmentStatistic): number {
  const ofSegments = quads.flatMap((segments, quad) =>
    segments.flatMap((segment, position) =>
      orders[quad]![position] === side ? segmentStatistic([...segment], statistic) : [],
    ),
  )
  return 1000 * median(ofSegments)
}

function estimate(values: readonly number[]): BlockMedian {
  return { median: median([...values]), ...tMixtureInterval(values) }
}

function ratioOf(logRatios: readonly number[]): BlockMedian {
  const { median: centre, lower, upper } = estimate(logRatios)
  return { median: Math.exp(centre), lower: Math.exp(lower), upper: Math.exp(upper) }
}
