import type { BlockPlan } from '../../../measure/block-plan.ts'
import { type Clock, realClock } from '../../../measure/clock.ts'
import { changesPace } from '../../../measure/pace/paced-timings.ts'
import type { Pair, PairBlock } from '../../../measure/pair.ts'
import { repeatUntil } from '../../../measure/repeat-until.ts'
import type { Decision, SequentialTest } from '../../../statistics/sequential/sequential-test.ts'

/** What a comparison is decided from. */
export type ComparedPair = Pick<Pair, 'pace' | 'counts' | 'nextBlockBefore'> & {
  readonly plan: Pick<BlockPlan, 'quads'>
}

export interface BlockTestOptions {
  /** A test that has seen no block of this run. */
  readonly startTest: () => Promise<SequentialTest>
  /** log(latency A / latency B) of a block. */
  readonly ratioOf: (block: PairBlock) => number
  /** Signed distance of a value from the boundary; positive means violated. */
  readonly distance: (value: number) => number
  /** Whether the values are enough once there is a verdict. */
  readonly isEnough: (values: readonly number[]) => boolean
  readonly pace: 'full' | 'any'
  readonly least: number
  readonly most: number
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
  /** Default: this machine's. */
  readonly clock?: Clock
  readonly onBlock: (values: readonly number[]) => void
}

export interface BlockDecision {
  readonly verdict: Decision | undefined
  /** Time was up before there were enough blocks at the machine's full pace, and there is no verdict. */
  readonly isSlow: boolean
  readonly blocks: readonly PairBlock[]
  /** log(latency A / latency B) per block. */
  readonly values: readonly number[]
}

/** If the machine changes its pace blocks lie apart, so many of them in a budget. */
const mostSpread = 48

/**
 * Measures blocks until a test has decided, or time is up. Time in which the machine ran below its full pace does not
 * count, up to as much again. Blocks that a better pace shows to have been slow, once it is seen, are taken out, and the
 * test starts again with the others: which they are depends on no latency, so its error rates stay.
 *
 * Full pace is not one speed, and what it is wanders over seconds. So on a machine that changes its pace, blocks are
 * spread over the budget: what they differ by is then in the interval.
 */
export async function decideByBlocks(pair: ComparedPair, options: BlockTestOptions): Promise<BlockDecision> {
  const { startTest, ratioOf, distance, isEnough, pace, least, most, seconds, signal, onBlock } = options
  const { now, pause } = options.clock ?? realClock
  const start = now()
  const elapsed = () => now() - start
  const slowShare = () => pair.pace.slower / Math.max(1, pair.pace.timings)
  const isLate = () => {
    const { slower, timings } = pair.pace
    return slower > 0 && timings >= least * pair.plan.quads && elapsed() > 2000 * seconds
  }
  let test = await startTest()
  let verdict: Decision | undefined
  let blocks: PairBlock[] = []
  let values: number[] = []
  let gaveUp = false
  const add = (block: PairBlock) => {
    blocks.push(block)
    values.push(ratioOf(block))
    verdict = test.add(distance(values.at(-1)!))
  }
  const measureBlock = async () => {
    if (blocks.length > 0 && pace === 'full' && changesPace(pair.pace)) {
      await pause((1000 * seconds) / mostSpread, signal)
    }
    const block = await pair.nextBlockBefore(isLate)
    if (!block) {
      gaveUp = true
      return
    }
    const all = [...blocks, block]
    const counted = all.filter(pair.counts)
    if (counted.length < all.length) {
      test = await startTest()
      verdict = undefined
      blocks = []
      values = []
      for (const each of counted) add(each)
    } else {
      add(block)
    }
    if (values.length > 0) onBlock(values)
  }
  const isDecided = () => gaveUp || (verdict !== undefined && isEnough(values))
  // In ms. What does not count is no more than the budget.
  const counted = () =>
    pace === 'any' ? elapsed() : Math.max(elapsed() * (1 - slowShare()), elapsed() - 1000 * seconds)
  await repeatUntil(measureBlock, { least, most, seconds, isDecided, signal, now: counted })
  const isSlow = verdict === undefined && blocks.length < least && pair.pace.slower > 0
  return { verdict, isSlow, blocks, values }
}
