import type { QuadOrder } from '../statistics/block.ts'
import { droppedPerSegment } from './block-plan.ts'
import type { Launch } from './launches.ts'
import { ownTimes } from './own-time.ts'
import type { AtPace } from './pace/paced-timings.ts'

/** A quad as it was measured. */
export interface Quad extends AtPace {
  readonly order: QuadOrder
  /** Time in ms of the timed inferences that is the engines' own (own-time.ts): [segment][inference]. */
  readonly segments: readonly Float64Array[]
  /** Their latencies by the clock on the wall, if somebody else had the CPU in one of them. */
  readonly wall?: readonly Float64Array[]
}

/** Measures quads of segments of two engines, one after the other without a pause. */
export async function measureQuads(
  launch: Pick<Launch, 'engines' | 'threads'>,
  orders: readonly QuadOrder[],
  [a, b]: readonly [string, string],
  segmentLength: number,
): Promise<{ readonly quads: readonly Quad[]; readonly probes: Float64Array }> {
  const { engines } = launch
  const segments = orders.flatMap(order => order.split('').map(letter => (letter === 'A' ? a : b)))
  const dropped = droppedPerSegment(segmentLength, engines.segments)
  const run = dropped + segmentLength
  const paced = await engines.timeWithPace?.(segments, run, 4)
  const wall = paced?.milliseconds ?? (await engines.time(segments, run))
  const own = paced ? ownTimes(launch, paced) : wall
  const quads = orders.map((order, quad): Quad => {
    const timed = (of: Float64Array) =>
      [0, 1, 2, 3].map(s => of.subarray((quad * 4 + s) * run + dropped, (quad * 4 + s + 1) * run))
    const segments = timed(own)
    if (!paced) return { order, segments }
    const probe = Math.max(paced.probes[quad]!, paced.probes[quad + 1]!)
    const onWall = timed(wall)
    const isOwn = onWall.every((segment, s) => segment.every((each, i) => each === segments[s]![i]))
    return { order, segments, probe, ...(!isOwn && { wall: onWall }) }
  })
  return { quads, probes: paced?.probes ?? new Float64Array() }
}
