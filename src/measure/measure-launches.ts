import { quadOrder } from '../statistics/block.ts'
import { seededRandom } from '../statistics/random.ts'
import type { BlockPlan } from './block-plan.ts'
import { realClock } from './clock.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { measureQuads, type Quad } from './measure-quads.ts'
import { type PaceOptions, pacedTimings } from './pace/paced-timings.ts'
import { blocksOf, type PairBlock } from './pair.ts'
import { warmUp } from './warm-up.ts'

const blocksPerLaunch = 6
/** Of the budget of a clause, if the machine does not run at its full pace. */
const budgetShare = 1 / 3

/**
 * Starts one process after the other, each with both engines loaded in the order opposite to the one before, and gives
 * some blocks of each, for as long as they are asked for. Of one during which the machine was hardly ever at its full pace
 * there may be none.
 */
export async function* measureLaunches(
  a: Contender,
  b: Contender,
  plan: BlockPlan,
  options: MeasureOptions & PaceOptions,
): AsyncGenerator<PairBlock[], never> {
  const random = seededRandom(options.seed)
  for (let launch = 0; ; launch++) {
    options.signal?.throwIfAborted()
    const [opened] = await startLaunches(launch % 2 === 0 ? [a, b] : [b, a], 1, options)
    try {
      await warmUp(opened!.engines, opened!.loaded)
      const pace = await pacedTimings(opened!, options, realClock.now)
      const kept: Quad[] = []
      const end = realClock.now() + 1000 * budgetShare * options.budgetSeconds
      // What is measured at full pace is measured to the end, however long it takes.
      const isLate = () => pace.report.slower > 0 && realClock.now() > end
      while (kept.length < blocksPerLaunch * plan.quads && !isLate()) {
        options.signal?.throwIfAborted()
        const orders = Array.from({ length: plan.quads }, () => quadOrder(random))
        const { quads, probes } = await measureQuads(opened!, orders, [a.id, b.id], plan.segmentLength)
        kept.push(...pace.kept(quads, probes))
      }
      await pace.close()
      yield blocksOf(launch, kept.filter(pace.counts), plan)
    } finally {
      await stopLaunches([opened!])
    }
  }
}
