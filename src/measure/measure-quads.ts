import type { QuadOrder } from '../statistics/block.ts'
import { droppedPerSegment } from './block-plan.ts'
import type { Launch } from './launches.ts'

/**
 * Measures quads of segments of two engines, one after the other without a pause.
 *
 * @returns latencies in ms of the timed inferences: [quad][segment][inference]
 */
export async function measureQuads(
  { engines }: Launch,
  orders: readonly QuadOrder[],
  [a, b]: readonly [string, string],
  segmentLength: number,
): Promise<Float64Array[][]> {
  const segments = orders.flatMap(order => order.split('').map(letter => (letter === 'A' ? a : b)))
  const dropped = droppedPerSegment(segmentLength, engines.segments)
  const run = dropped + segmentLength
  const milliseconds = await engines.time(segments, run)
  const timed = (segment: number) => milliseconds.subarray(segment * run + dropped, (segment + 1) * run)
  return orders.map((_, quad) => [0, 1, 2, 3].map(s => timed(quad * 4 + s)))
}
