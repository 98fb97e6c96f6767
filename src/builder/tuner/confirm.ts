import { median } from 'simple-statistics'
import type { Contender, MeasureOptions } from '../../measure/contender.ts'
import { openPair } from '../../measure/pair.ts'
import { segmentLogRatio } from '../../measure/segment-log-ratio.ts'
import { tMixtureInterval } from '../../statistics/sequential/t-mixture-interval.ts'

const confirmationSeconds = 6
const leastBlocks = 8
const mostBlocks = 30

/** How many times as fast one engine is as another, with its 95% interval. */
export interface SpeedRatio {
  readonly ratio: number
  readonly lower: number
  readonly upper: number
  readonly blocks: number
}

/**
 * Compares the winner of a ranking with another engine on samples of their own: whoever came first in a ranking was
 * also lucky in it (the winner's curse).
 *
 * @returns fps of `winner` / fps of `other`
 */
export async function confirm(
  winner: Contender,
  other: Contender,
  options: MeasureOptions,
): Promise<SpeedRatio> {
  // Another seed than the ranking's: the segments are in an order of their own.
  const pairOptions = { ...options, seed: options.seed + 1, budgetSeconds: confirmationSeconds }
  const pair = await openPair(winner, other, pairOptions)
  try {
    const deadline = performance.now() + confirmationSeconds * 1000
    const values: number[] = []
    while (values.length < leastBlocks || (values.length < mostBlocks && performance.now() < deadline)) {
      values.push(-segmentLogRatio(await pair.nextBlock(), pair.plan.statistic))
    }
    const { lower, upper } = tMixtureInterval(values)
    return {
      ratio: Math.exp(median(values)),
      lower: Math.exp(lower),
      upper: Math.exp(upper),
      blocks: values.length,
    }
  } finally {
    await pair.stop()
  }
}
