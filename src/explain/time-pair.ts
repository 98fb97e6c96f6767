import type { Pair, PairBlock } from '../measure/pair.ts'
import type { SegmentStatistic } from '../statistics/segment-statistic.ts'
import { type TimedPair, timedPair } from './timed-pair.ts'

export interface TimePairOptions {
  readonly seconds: number
  readonly leastBlocks: number
  readonly mostBlocks: number
  /** What of a segment is compared with the times of layers. */
  readonly statistic: SegmentStatistic
  readonly signal?: AbortSignal | undefined
}

/** Times an open pair for so many seconds, and for so many blocks at least. */
export async function timePair(pair: Pair, options: TimePairOptions): Promise<TimedPair> {
  const { seconds, leastBlocks, mostBlocks, statistic } = options
  const blocks: PairBlock[] = []
  const start = performance.now()
  while (
    blocks.length < leastBlocks ||
    (blocks.length < mostBlocks && performance.now() - start < seconds * 1000)
  ) {
    options.signal?.throwIfAborted()
    blocks.push(await pair.nextBlock())
  }
  return timedPair(blocks, { latency: statistic, ratio: pair.plan.statistic })
}
