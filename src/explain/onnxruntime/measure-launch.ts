import { median } from 'simple-statistics'
import type { EngineFile, OpenEngines } from '../../engine/backend.ts'
import {
  type LaunchOptions,
  openProfiledLaunch,
  type ProfiledEngine,
} from '../../engine/onnxruntime/profiled-launch.ts'
import { planBlocks } from '../../measure/block-plan.ts'
import type { DisturbanceGate } from '../../measure/disturbance-gate.ts'
import { measureQuads } from '../../measure/measure-quads.ts'
import type { PairBlock } from '../../measure/pair.ts'
import { undisturbed } from '../../measure/undisturbed.ts'
import { warmUp } from '../../measure/warm-up.ts'
import { quadOrder } from '../../statistics/block.ts'

/** What one process says of two engines. */
export interface MeasuredLaunch {
  /** By id. */
  readonly profiles: ReadonlyMap<string, ProfiledEngine>
  /** Of the same sessions, when they were profiled no longer. */
  readonly blocks: readonly PairBlock[]
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
  /** Flips the coins for the orders of segments. */
  readonly random: () => number
  readonly gate: DisturbanceGate
}

/** Share of the time for the profile. */
const profiledShare = 0.25
/** The profile of a fast model grows with each of them, and that of a slow one needs some. */
const [leastQuads, mostQuads] = [5, 30]
const [leastBlocks, mostBlocks] = [3, 8]
/** So long that nothing about the inference itself is seen in it. */
const [emptySegments, emptyLength] = [60, 10]

/**
 * Profiles two engines in turns, in a process of their own, and then times the same sessions in segments of the same
 * length without the profiler. Where memory lies differs from process to process, and how warm caches are depends on
 * what ran before: a profile adds up to the latency of the session that it is of, and hardly to that of another.
 */
export async function measureLaunch(options: MeasureLaunchOptions): Promise<MeasuredLaunch> {
  const { launch, pair, empty, random, gate, signal } = options
  const seconds = options.seconds / options.launches
  const loaded = launch % 2 === 0 ? pair : pair.toReversed()
  const open = await openProfiledLaunch(loaded, { ...options, beside: [empty] })
  const { engines } = open
  try {
    const ids = [pair[0].id, pair[1].id] as const
    const latency = await warmUp(engines, ids)
    const pairSeconds = latency.get(ids[0])! + latency.get(ids[1])!
    const { quads, segmentLength, dropped } = planBlocks(pairSeconds, options.seconds)
    const fitting = (profiledShare * seconds) / (2 * (segmentLength + dropped) * pairSeconds)
    const profiled = Math.min(mostQuads, Math.max(leastQuads, Math.floor(fitting)))
    for (let quad = 0; quad < profiled; quad++) {
      signal?.throwIfAborted()
      await open.measure(segmentLength, dropped)
    }
    const profiles = await open.endProfiling()
    const blocks: PairBlock[] = []
    const deadline = performance.now() + 1000 * (1 - profiledShare) * seconds
    while (blocks.length < leastBlocks || (blocks.length < mostBlocks && performance.now() < deadline)) {
      const orders = Array.from({ length: quads }, () => quadOrder(random))
      const measured = await undisturbed(engines, gate, () => {
        signal?.throwIfAborted()
        return measureQuads({ engines, loaded: ids }, orders, ids, segmentLength)
      })
      blocks.push({ launch, orders, quads: measured })
    }
    return { profiles, blocks, outside: await quietLatency(engines, empty.id) }
  } finally {
    await open.stop()
  }
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
