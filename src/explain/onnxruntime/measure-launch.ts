import { median } from 'simple-statistics'
import {
  type LaunchOptions,
  openProfiledLaunch,
  type ProfiledEngine,
} from '../../backends/onnxruntime/profile/profiled-launch.ts'
import type { EngineFile, OpenEngines } from '../../engine/backend.ts'
import { planBlocks } from '../../measure/block-plan.ts'
import type { DisturbanceGate } from '../../measure/disturbance-gate.ts'
import { measureQuads } from '../../measure/measure-quads.ts'
import { blockOf, type PairBlock } from '../../measure/pair.ts'
import { repeatUntil } from '../../measure/repeat-until.ts'
import { undisturbed } from '../../measure/undisturbed.ts'
import { warmUp } from '../../measure/warm-up.ts'
import { quadOrder } from '../../statistics/block.ts'
import { timedPair } from '../timed-pair.ts'

/** What one process says of two engines. */
export interface MeasuredLaunch {
  /** By id. */
  readonly profiles: ReadonlyMap<string, ProfiledEngine>
  /** Of the same sessions, when they were profiled no longer. */
  readonly blocks: readonly PairBlock[]
  /** How much longer an inference took when sessions were timed than when they were profiled, by id: about 1. */
  readonly slowdown: ReadonlyMap<string, number>
  /** Quiet latency of the model without layers, in µs. */
  readonly outside: number
}

export interface MeasureLaunchOptions extends Omit<LaunchOptions, 'beside'> {
  /** Number of the launch. */
  readonly launch: number
  /** Both engines, the first of them is `A` in blocks. */
  readonly pair: readonly [EngineFile, EngineFile]
  /** A model without layers. */
  readonly empty: EngineFile
  /** That all launches may take together, and how many they are. */
  readonly seconds: number
  readonly launches: number
  /** Whether there is memory for each engine twice. */
  readonly twins: boolean
  /** Flips the coins for the orders of segments. */
  readonly random: () => number
  readonly gate: DisturbanceGate
}

/** Share of the time for the profile. */
const profiledShare = 0.25
/** The profile of a fast model grows with each of them, and that of a slow one needs some. */
const [leastQuads, mostQuads] = [5, 30]
const [leastBlocks, mostBlocks] = [3, 8]
/** Of the engines that are never profiled, after each block. */
const twinQuads = 2
const [emptySegments, emptyLength] = [60, 10]

/**
 * Profiles two engines in turns, in a process of their own, and then times the same sessions in segments of the same
 * length without the profiler. Where memory lies differs from process to process, and how warm caches are depends on
 * what ran before: a profile adds up to the latency of the session that it is of, and hardly to that of another.
 *
 * The machine is some percent faster in one second than in the next. So both engines are loaded once more, and these
 * twins, which are never profiled, run beside the others all the time: they show what changed. Without them nothing is
 * taken to have changed.
 */
export async function measureLaunch(options: MeasureLaunchOptions): Promise<MeasuredLaunch> {
  const { launch, pair, empty, random, gate, signal } = options
  const seconds = options.seconds / options.launches
  const loaded = launch % 2 === 0 ? pair : pair.toReversed()
  const twins = options.twins ? ([twinOf(pair[0]), twinOf(pair[1])] as const) : undefined
  const open = await openProfiledLaunch(loaded, { ...options, beside: [...(twins ?? []), empty] })
  const { engines } = open
  const { threads } = options.target
  try {
    const ids = [pair[0].id, pair[1].id] as const
    const twinIds = twins && ([twins[0].id, twins[1].id] as const)
    const latency = await warmUp(engines, [...ids, ...(twinIds ?? [])])
    const pairSeconds = latency.get(ids[0])! + latency.get(ids[1])!
    const { quads, segmentLength, dropped } = planBlocks(pairSeconds, options.seconds)
    const block = async (of: readonly [string, string], quads: number): Promise<PairBlock> => {
      const orders = Array.from({ length: quads }, () => quadOrder(random))
      signal?.throwIfAborted()
      const { quads: measured } = await measureQuads({ engines, threads }, orders, of, segmentLength)
      return blockOf(launch, measured)
    }
    const fitting = (profiledShare * seconds) / (4 * (segmentLength + dropped) * pairSeconds)
    const profiled = Math.min(mostQuads, Math.max(leastQuads, Math.floor(fitting)))
    const before: PairBlock[] = []
    for (let quad = 0; quad < profiled; quad++) {
      await open.measure(segmentLength, dropped)
      if (twinIds) before.push(await block(twinIds, 1))
    }
    const profiles = await open.endProfiling()
    const after: PairBlock[] = []
    const measureBlock = async () => {
      const measured = await undisturbed(engines, gate, () => block(ids, quads))
      if (twinIds) after.push(await block(twinIds, Math.min(quads, twinQuads)))
      return measured
    }
    const limits = { least: leastBlocks, most: mostBlocks, seconds: (1 - profiledShare) * seconds }
    const blocks = await repeatUntil(measureBlock, { ...limits, signal })
    const slowdown = twinIds ? slowdownOf(ids, before, after) : new Map(ids.map(id => [id, 1]))
    return { profiles, blocks, slowdown, outside: await quietLatency(engines, empty.id) }
  } finally {
    await open.stop()
  }
}

/** Of the twins: how much longer an inference took after the profile than beside it. */
function slowdownOf(
  [a, b]: readonly [string, string],
  before: readonly PairBlock[],
  after: readonly PairBlock[],
): Map<string, number> {
  // The first quad of a profile warms up.
  const [earlier, later] = [quiet(before.slice(1)), quiet(after)]
  return new Map([
    [a, later.a.median / earlier.a.median],
    [b, later.b.median / earlier.b.median],
  ])
}

function twinOf({ id, model }: EngineFile): EngineFile {
  return { id: `${id}, once more`, model }
}

function quiet(blocks: readonly PairBlock[]) {
  return timedPair(blocks, { latency: 'minimum', ratio: 'minimum' }).latency
}

/** In µs. */
async function quietLatency(engines: OpenEngines, id: string): Promise<number> {
  const order = Array<string>(emptySegments).fill(id)
  // The first time warms up.
  await engines.time(order, emptyLength)
  const milliseconds = await engines.time(order, emptyLength)
  return (
    1000 *
    median(
      order.map((_, segment) =>
        Math.min(...milliseconds.subarray(segment * emptyLength, (segment + 1) * emptyLength)),
      ),
    )
  )
}
