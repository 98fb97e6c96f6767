import { type QuadOrder, quadOrder } from '../statistics/block.ts'
import { seededRandom } from '../statistics/random.ts'
import { type BlockPlan, planBlocks } from './block-plan.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { disturbanceGate } from './disturbance-gate.ts'
import { type Launch, startLaunches, stopLaunches } from './launches.ts'
import { warmUp } from './warm-up.ts'

/** Raw latencies of one block. */
export interface PairBlock {
  readonly launch: number
  /** Order of the segments of each quad, by coin flip. */
  readonly orders: readonly QuadOrder[]
  /** Latencies in ms of the timed inferences: [quad][segment][inference]. */
  readonly quads: readonly (readonly Float64Array[])[]
}

/** Two engines in shared, pinned host processes, ready to be compared. */
export interface Pair {
  readonly plan: BlockPlan
  readonly launches: number
  /** CPUs that the hosts are pinned to, absent where the platform cannot pin. */
  readonly cpus?: string
  /** Blocks that were measured again because other processes had taken the CPU away. */
  readonly dropped: number
  /** Measures the next block; launches take turns. */
  nextBlock(): Promise<PairBlock>
  stop(): Promise<void>
}

/**
 * Opens a comparison of two engines by randomised quads: segments ABBA or BAAB by coin flip, so that drift of the
 * machine cancels and the sign-flip test is exact (Fisher randomisation).
 */
export async function openPair(
  a: Contender,
  b: Contender,
  options: MeasureOptions & { readonly budgetSeconds: number; readonly launches?: number },
): Promise<Pair> {
  const launches = await startLaunches([a, b], options.launches ?? 2, options)
  try {
    let plan: BlockPlan | undefined
    for (const { engines, loaded } of launches) {
      const latency = await warmUp(engines, loaded)
      plan ??= planBlocks(latency.get(a.id)! + latency.get(b.id)!, options.budgetSeconds)
    }
    const random = seededRandom(options.seed)
    const gate = disturbanceGate()
    let blocks = 0
    const cpus = launches[0]!.engines.cpus
    return {
      plan: plan!,
      launches: launches.length,
      ...(cpus !== undefined && { cpus }),
      get dropped() {
        return gate.dropped
      },
      nextBlock: async () => {
        const index = blocks++ % launches.length
        const launch = launches[index]!
        // Drawn once, so that the seed gives the orders of the blocks that count.
        const orders = Array.from({ length: plan!.quads }, () => quadOrder(random))
        for (;;) {
          options.signal?.throwIfAborted()
          const [start, before] = [performance.now(), await launch.engines.waited()]
          const block = await measureBlock(launch, index, orders, [a.id, b.id], plan!.segmentLength)
          const [duration, after] = [performance.now() - start, await launch.engines.waited()]
          const waited = before === undefined || after === undefined ? undefined : after - before
          if (gate.keeps({ waited, duration })) return block
        }
      },
      stop: () => stopLaunches(launches),
    }
  } catch (error) {
    await stopLaunches(launches)
    throw error
  }
}

async function measureBlock(
  { engines }: Launch,
  launch: number,
  orders: readonly QuadOrder[],
  [a, b]: readonly [string, string],
  segmentLength: number,
): Promise<PairBlock> {
  const segments = orders.flatMap(order => order.split('').map(letter => (letter === 'A' ? a : b)))
  const run = segmentLength + 1
  const milliseconds = await engines.time(segments, run)
  const timed = (segment: number) => milliseconds.subarray(segment * run + 1, (segment + 1) * run)
  return { launch, orders, quads: orders.map((_, quad) => [0, 1, 2, 3].map(s => timed(quad * 4 + s))) }
}
