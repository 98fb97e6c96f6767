import { quadLogRatio, quadOrder } from '../statistics/block.ts'
import { chooseSegments, type SegmentChoice, type SegmentPilot } from '../statistics/choose-segments.ts'
import { type SegmentStatistic, segmentStatistic } from '../statistics/segment-statistic.ts'
import { droppedPerSegment, usualSegments } from './block-plan.ts'
import type { Launch } from './launches.ts'
import { measureQuads } from './measure-quads.ts'

const lengths = [usualSegments.length, 3, 2, 1]
const statistics: readonly SegmentStatistic[] = ['minimum', 'median']
/** Quads of each length: 60 quads, some 800 inferences in all. */
const quadsPerLength = 15
/** Share of the budget that the pilot may take; without time for it the usual segments serve. */
const budgetShare = 0.1
/** Ratios of the same two engines may differ so much between ways to cut. */
const tolerance = 0.01

/**
 * Tries several ways to cut a measurement into segments and chooses the one that tells most per second on this machine
 * now. Its quads do not count for the verdict.
 *
 * @param pairSeconds - time of one inference of both engines together
 */
export async function pilotSegments(
  launch: Launch,
  ids: readonly [string, string],
  options: {
    readonly pairSeconds: number
    readonly budgetSeconds: number
    readonly random: () => number
    readonly signal?: AbortSignal | undefined
  },
): Promise<SegmentChoice> {
  const { pairSeconds, budgetSeconds, random, signal } = options
  const quadSeconds = (length: number) => 2 * (length + droppedPerSegment(length)) * pairSeconds
  const total = lengths.reduce((sum, length) => sum + quadsPerLength * quadSeconds(length), 0)
  if (total > budgetShare * budgetSeconds) return usualSegments
  const pilots = new Map<string, SegmentPilot & { quads: number[] }>()
  // One quad of each length in turn, so that all meet the same state of the machine.
  for (let quad = 0; quad < quadsPerLength; quad++) {
    for (const length of lengths) {
      signal?.throwIfAborted()
      const order = quadOrder(random)
      const { quads } = await measureQuads(launch, [order], ids, length)
      for (const statistic of length === 1 ? statistics.slice(0, 1) : statistics) {
        const key = `${length} ${statistic}`
        const pilot = pilots.get(key) ?? { length, statistic, quads: [], seconds: quadSeconds(length) }
        pilots.set(key, pilot)
        const [one, two, three, four] = quads[0]!.segments.map(segment =>
          segmentStatistic([...segment], statistic),
        )
        pilot.quads.push(quadLogRatio([one!, two!, three!, four!], order))
      }
    }
  }
  return chooseSegments([...pilots.values()], tolerance)
}
