import { type QuadOrder, quadOrder } from '../statistics/block.ts'
import { seededRandom } from '../statistics/random.ts'
import { type BlockPlan, planBlocks, planRuns, usualSegments } from './block-plan.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { disturbanceGate } from './disturbance-gate.ts'
import { stopLaunches } from './launches.ts'
import { measureQuads, type Quad } from './measure-quads.ts'
import { type AtPace, type PaceOptions, type PaceReport, pacedTimings } from './pace/paced-timings.ts'
import { pilotSegments } from './pilot.ts'
import { realTimer, type Timer } from './timer.ts'
import { undisturbed } from './undisturbed.ts'
import { usualLaunches } from './usual-launches.ts'
import { warmUp } from './warm-up.ts'

/** Raw latencies of one block. */
export interface PairBlock extends AtPace {
  readonly launch: number
  /** Order of the segments of each quad, by coin flip. */
  readonly orders: readonly QuadOrder[]
  /** Time in ms of the timed inferences that is the engines' own (own-time.ts): [quad][segment][inference]. */
  readonly quads: readonly (readonly Float64Array[])[]
  /** Their latencies by the clock on the wall, if somebody else had the CPU in one of them. */
  readonly wall?: readonly (readonly Float64Array[])[]
}

export interface PairOptions extends MeasureOptions, PaceOptions {
  readonly launches?: number
}

/** Two engines in shared, pinned host processes, ready to be compared. */
export interface Pair {
  readonly plan: BlockPlan
  readonly launches: number
  /** CPUs that the hosts are pinned to, absent if the platform cannot pin. */
  readonly cpus?: string
  /** Blocks that were measured again because other processes had taken the CPU away. */
  readonly dropped: number
  /** How fast the machine ran meanwhile. */
  readonly pace: PaceReport
  /** Whether a block counts by what is known of the machine's pace now: a better one may have been seen since. */
  readonly counts: (block: PairBlock) => boolean
  /** Measures the next block; launches take turns. */
  nextBlock(): Promise<PairBlock>
  /** The same, or undefined if it is too late before there are enough quads. */
  nextBlockBefore(isLate: () => boolean): Promise<PairBlock | undefined>
  /** Blocks of the quads below the full pace, as far as that is known now. */
  slowerBlocks(): readonly PairBlock[]
  /** Blocks of all quads. */
  allBlocks(): readonly PairBlock[]
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
  options: PairOptions,
  { start, now }: Timer = realTimer,
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
    const { segments, processes = 1 } = launches[0]!.engines
    const plan =
      segments === 'inferences'
        ? planBlocks(
            pairSeconds,
            budgetSeconds,
            // Where processes take turns, the first inference of a segment finds nothing of its own in the caches.
            processes > 1 ? usualSegments : await pilotSegments(launches[0]!, ids, pilot),
          )
        : planRuns(segments)
    const gate = disturbanceGate()
    const { cpus } = launches[0]!.engines
    const pace = await pacedTimings(launches[0]!, options, now)
    const waiting = launches.map((): Quad[] => [])
    const measuredQuads = launches.map((): Quad[] => [])
    let blocks = 0
    const nextBlockBefore = async (isLate: () => boolean) => {
      const index = blocks % launches.length
      const [launch, quads] = [launches[index]!, waiting[index]!]
      while (quads.length < plan.quads) {
        if (isLate()) return undefined
        // Drawn once, so that the seed gives the orders of the blocks that count.
        const orders = Array.from({ length: plan.quads }, () => quadOrder(random))
        const measure = () => {
          options.signal?.throwIfAborted()
          return measureQuads(launch, orders, ids, plan.segmentLength)
        }
        // CPU times tell what is the engines' own; with several threads they do not.
        const hasOwnTime = launch.engines.timeWithPace !== undefined && options.target.threads === 1
        const measured = hasOwnTime ? await measure() : await undisturbed(launch.engines, gate, measure)
        measuredQuads[index]!.push(...measured.quads)
        quads.push(...pace.kept(measured.quads, measured.probes))
      }
      blocks++
      return blockOf(index, quads.splice(0, plan.quads))
    }
    const blocksOfAll = (isIn: (quad: Quad) => boolean) =>
      measuredQuads.flatMap((all, launch) => blocksOf(launch, all.filter(isIn), plan))
    return {
      plan,
      launches: launches.length,
      ...(cpus !== undefined && { cpus }),
      get dropped() {
        return gate.dropped
      },
      get pace() {
        return pace.report
      },
      counts: pace.counts,
      nextBlock: async () => (await nextBlockBefore(() => false))!,
      nextBlockBefore,
      slowerBlocks: () => blocksOfAll(quad => !pace.isFull(quad)),
      allBlocks: () => blocksOfAll(() => true),
      stop: async () => {
        await stopLaunches(launches)
        await pace.close()
      },
    }
  } catch (error) {
    await stopLaunches(launches)
    throw error
  }
}

/** What the quads of one launch tell together. */
export function blockOf(launch: number, quads: readonly Quad[]): PairBlock {
  const probes = quads.flatMap(({ probe }) => probe ?? [])
  return {
    launch,
    orders: quads.map(({ order }) => order),
    quads: quads.map(({ segments }) => segments),
    ...(quads.some(({ wall }) => wall) && { wall: quads.map(({ segments, wall = segments }) => wall) }),
    ...(probes.length > 0 && { probe: Math.max(...probes) }),
  }
}

/** As many whole blocks of quads of one launch as there are. */
export function blocksOf(
  launch: number,
  quads: readonly Quad[],
  { quads: size }: Pick<BlockPlan, 'quads'>,
): PairBlock[] {
  return Array.from({ length: Math.floor(quads.length / size) }, (_, i) =>
    blockOf(launch, quads.slice(i * size, (i + 1) * size)),
  )
}
