import type { QuadOrder } from '../statistics/block.ts'
import { droppedPerSegment } from './block-plan.ts'
import type { Launch } from './launches.ts'
import type { AtPace } from './pace/paced-timings.ts'

/** A quad as it was measured. */
export interface Quad extends AtPace {
  readonly order: QuadOrder
  /** Latencies in ms of the timed inferences: [segment][inference]. */
  readonly segments: readonly Float64Array[]
}

/** Measures quads of segments of two engines, one after the other without a pause. */
export async function measureQuads(
  { engines }: Launch,
  orders: readonly QuadOrder[],
  [a, b]: readonly [string, string],
  segmentLength: number,
): Promise<{ readonly quads: readonly Quad[]; readonly probes: Float64Array }> {
  const segments = orders.flatMap(order => order.split('').map(letter => (letter === 'A' ? a : b)))
  const dropped = droppedPerSegment(segmentLength, engines.segments)
  const run = dropped + segmentLength
  const { milliseconds, probes } = engines.timeWithPace
    ? await engines.timeWithPace(segments, run, 4)
    : { milliseconds: await engines.time(segments, run), probes: new Float64Array() }
  const timed = (segment: number) => milliseconds.subarray(segment * run + dropped, (segment + 1) * run)
  const quads = orders.map((order, quad) => ({
    order,
    segments: [0, 1, 2, 3].map(s => timed(quad * 4 + s)),
    ...(probes.length > 0 && { probe: Math.max(probes[quad]!, probes[quad + 1]!) }),
  }))
  return { quads, probes }
}
