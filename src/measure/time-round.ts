import type { Launch } from './launches.ts'
import { ownTimes } from './own-time.ts'
import type { PacedTimings } from './pace/paced-timings.ts'

/**
 * One segment of each engine, in this order, in one process.
 *
 * @param length - inferences of a segment
 * @returns times in ms that are the engines' own, of each segment; undefined if the machine was below its full pace, and the round does not count
 */
export async function timeRound(
  launch: Pick<Launch, 'engines' | 'threads'>,
  order: readonly string[],
  length: number,
  pace: PacedTimings,
): Promise<Float64Array[] | undefined> {
  const { engines } = launch
  const segmentsOf = (milliseconds: Float64Array) =>
    order.map((_, i) => milliseconds.subarray(i * length, (i + 1) * length))
  if (!engines.timeWithPace) return segmentsOf(await engines.time(order, length))
  const timed = await engines.timeWithPace(order, length, order.length)
  const [kept] = pace.kept([{ probe: Math.max(...timed.probes) }], timed.probes)
  return kept && segmentsOf(ownTimes(launch, timed))
}
