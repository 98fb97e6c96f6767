import type { Pair, PairBlock } from '../../measure/pair.ts'
import { repeatUntil } from '../../measure/repeat-until.ts'
import type { Decision, SequentialTest } from '../../statistics/sequential/sequential-test.ts'

export interface BlockTestOptions {
  /** A test that has seen no block of this run. */
  readonly startTest: () => Promise<SequentialTest>
  /** log(latency A / latency B) of a block. */
  readonly ratioOf: (block: PairBlock) => number
  /** Signed distance of a value from the boundary; positive means violated. */
  readonly distance: (value: number) => number
  /** Whether the values are enough once there is a verdict. */
  readonly isEnough: (values: readonly number[]) => boolean
  readonly least: number
  readonly most: number
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
  readonly onBlock: (values: readonly number[]) => void
}

export interface BlockDecision {
  readonly verdict: Decision | undefined
  readonly blocks: readonly PairBlock[]
  /** log(latency A / latency B) per block. */
  readonly values: readonly number[]
}

/**
 * Measures blocks until a test has decided, or time is up. Time in which the machine ran below its full pace does not
 * count, up to as much again. Blocks that a better pace shows to have been slow, once it is seen, are taken out, and the
 * test starts again with the others: which they are depends on no latency, so its error rates stay.
 */
export async function decideByBlocks(pair: Pair, options: BlockTestOptions): Promise<BlockDecision> {
  const { startTest, ratioOf, distance, isEnough, least, most, seconds, signal, onBlock } = options
  const start = performance.now()
  const elapsed = () => performance.now() - start
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
    onBlock(values)
  }
  const isDecided = () => gaveUp || (verdict !== undefined && isEnough(values))
  const now = () => elapsed() * (1 - slowShare())
  await repeatUntil(measureBlock, { least, most, seconds, isDecided, signal, now })
  return { verdict, blocks, values }
}
