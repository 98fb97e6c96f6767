import { type QuadOrder, quadOrder } from '../statistics/block.ts'
import { seededRandom } from '../statistics/random.ts'
import { type BlockPlan, planBlocks, planRuns } from './block-plan.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { disturbanceGate } from './disturbance-gate.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { measureQuads } from './measure-quads.ts'
import { pilotSegments } from './pilot.ts'
import { undisturbed } from './undisturbed.ts'
import { usualLaunches } from './usual-launches.ts'
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
  /** CPUs that the hosts are pinned to, absent if the platform cannot pin. */
  readonly cpus?: string
  /** Blocks that were measured again because other processes had taken the CPU away. */
  readonly dropped: number
  /** Measures the next block; launches take turns. */
  nextBlock(): Promise<PairBlock>
  stop(): Promise<void>
}

/**
 * Opens a comparison of two engines by randomised quads: segments ABBA or BAAB by coin flip, so that drift of the
 * machine cancels and the sign-flip test is exact (Fisher randomisation). Of engines that were built several times each
 * launch runs one pair of builds.
 */
export async function openPair(
  a: Contender,
  b: Contender,
  options: MeasureOptions & { readonly budgetSeconds: number; readonly launches?: number },
  start: typeof startLaunches = startLaunches,
): Promise<Pair> {
  const builds = Math.max(1 + (a.rebuilds?.length ?? 0), 1 + (b.rebuilds?.length ?? 0))
  const launches = await start(
    [a, b],
    options.launches ?? Math.max(await usualLaunches([a, b]), builds),
    options,
  )
  try {
    const ids = [a.id, b.id] as const
    let pairSeconds = 0
    for (const { engines, loaded } of launches) {
      const latency = await warmUp(engines, loaded)
      pairSeconds = latency.get(a.id)! + latency.get(b.id)!
    }
    const { budgetSeconds, signal } = options
    // The pilot's coins are its own: the seed gives the orders of the blocks, whether there is time for a pilot or not.
    const random = seededRandom(options.seed + 1)
    const pilot = { pairSeconds, budgetSeconds, random: seededRandom(options.seed), signal }
    const { segments } = launches[0]!.engines
    const plan =
      segments === 'inferences'
        ? planBlocks(pairSeconds, budgetSeconds, await pilotSegments(launches[0]!, ids, pilot))
        : planRuns(segments)
    const gate = disturbanceGate()
    let blocks = 0
    const cpus = launches[0]!.engines.cpus
    return {
      plan,
      launches: launches.length,
      ...(cpus !== undefined && { cpus }),
      get dropped() {
        return gate.dropped
      },
      nextBlock: async () => {
        const index = blocks++ % launches.length
        const launch = launches[index]!
        // Drawn once, so that the seed gives the orders of the blocks that count.
        const orders = Array.from({ length: plan.quads }, () => quadOrder(random))
        const quads = await undisturbed(launch.engines, gate, () => {
          options.signal?.throwIfAborted()
          return measureQuads(launch, orders, ids, plan.segmentLength)
        })
        return { launch: index, orders, quads }
      },
      stop: () => stopLaunches(launches),
    }
  } catch (error) {
    await stopLaunches(launches)
    throw error
  }
}
