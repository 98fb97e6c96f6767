import { quadOrder } from '../statistics/block.ts'
import { seededRandom } from '../statistics/random.ts'
import type { BlockPlan } from './block-plan.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { measureQuads } from './measure-quads.ts'
import { blockOf, type PairBlock } from './pair.ts'
import { warmUp } from './warm-up.ts'

const blocksPerLaunch = 6

/**
 * Starts one process after the other, each with both engines loaded in the order opposite to the one before, and gives
 * some blocks of each, for as long as they are asked for.
 */
export async function* measureLaunches(
  a: Contender,
  b: Contender,
  plan: BlockPlan,
  options: MeasureOptions,
): AsyncGenerator<PairBlock[], never> {
  const random = seededRandom(options.seed)
  for (let launch = 0; ; launch++) {
    options.signal?.throwIfAborted()
    const [opened] = await startLaunches(launch % 2 === 0 ? [a, b] : [b, a], 1, options)
    try {
      await warmUp(opened!.engines, opened!.loaded)
      const blocks: PairBlock[] = []
      while (blocks.length < blocksPerLaunch) {
        options.signal?.throwIfAborted()
        const orders = Array.from({ length: plan.quads }, () => quadOrder(random))
        const { quads } = await measureQuads(opened!, orders, [a.id, b.id], plan.segmentLength)
        blocks.push(blockOf(launch, quads))
      }
      yield blocks
    } finally {
      await stopLaunches([opened!])
    }
  }
}
