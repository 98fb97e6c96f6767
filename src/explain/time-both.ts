import type { Engine } from '../builder/engine.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import { openPair } from '../measure/pair.ts'
import { repeatUntil } from '../measure/repeat-until.ts'
import { type TimedPair, timedPair } from './timed-pair.ts'

const defaultSeconds = 8
const mostBlocks = 30
const leastBlocks = 10
/** Where a block takes seconds, as with trtexec, it is of hundreds of queries. */
const leastLongBlocks = 5

/** Times two engines against each other; their latencies are medians, as those of profiled engines are. */
export async function timeBoth(
  a: Engine,
  b: Engine,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<TimedPair> {
  const { seconds = defaultSeconds, signal } = options
  const [first, second] = [a, b].map(({ variant, model }) => ({ id: variant, model }))
  const pair = await openPair(first!, second!, { ...options, budgetSeconds: seconds })
  const least = pair.plan.seconds > 1 ? leastLongBlocks : leastBlocks
  const blocks = await repeatUntil(() => pair.nextBlock(), {
    least,
    most: mostBlocks,
    seconds,
    signal,
  }).finally(() => pair.stop())
  return timedPair(blocks, { latency: 'median', ratio: pair.plan.statistic })
}
