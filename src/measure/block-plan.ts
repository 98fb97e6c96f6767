import type { Segments } from '../engine/backend.ts'
import type { SegmentChoice } from '../statistics/choose-segments.ts'
import type { SegmentStatistic } from '../statistics/segment-statistic.ts'

/** How one block of a comparison is cut: the same for both engines, chosen without looking at which is faster. */
export interface BlockPlan {
  /** Quads (ABBA or BAAB) per block. */
  readonly quads: number
  /** Timed inferences per segment. */
  readonly segmentLength: number
  /** Inferences that run first in every segment and are dropped, because they find the other engine's caches. */
  readonly dropped: number
  /** What stands for a segment where `fps` are compared. */
  readonly statistic: SegmentStatistic
  /** Expected duration of one block. */
  readonly seconds: number
}

/** Segments where nothing is known about the machine. */
export const usualSegments: SegmentChoice = { length: 5, statistic: 'minimum' }

/** Inferences of a block, dropped ones included: at least 5 quads of 4 segments of 5. */
const inferencesPerBlock = 120

/** A block of a fast model lasts so long, that its median is of more quads: a verdict takes 8 blocks, however fast. */
const leastSeconds = 0.15

/** A verdict takes at least 8 blocks, so a block may take a small part of the budget. */
const blocksPerBudget = 24

/**
 * Cuts blocks so that a slow model still gets enough of them within the budget: fewer quads first, because the
 * median of a block needs few, then shorter segments.
 *
 * @param pairSeconds - time of one inference of both engines together
 * @param budgetSeconds - time that the clause may take
 */
export function planBlocks(
  pairSeconds: number,
  budgetSeconds: number,
  { length, statistic }: SegmentChoice = usualSegments,
): BlockPlan {
  const perSegment = (segmentLength: number) => segmentLength + droppedPerSegment(segmentLength)
  const seconds = (quads: number, segmentLength: number) =>
    quads * 2 * perSegment(segmentLength) * pairSeconds
  const limit = budgetSeconds / blocksPerBudget
  let segmentLength = length
  const enough = Math.max(inferencesPerBlock, (2 * leastSeconds) / pairSeconds)
  // An odd number, so that the median is one of them.
  let quads = 2 * Math.floor(enough / 4 / perSegment(segmentLength) / 2) + 1
  while (quads > 1 && seconds(quads, segmentLength) > limit) quads -= 2
  while (segmentLength > 2 && seconds(quads, segmentLength) > limit) segmentLength--
  if (seconds(quads, segmentLength) > limit) segmentLength = 1
  return {
    quads,
    segmentLength,
    dropped: droppedPerSegment(segmentLength),
    statistic,
    seconds: seconds(quads, segmentLength),
  }
}

/** Segments of one inference would be nothing without their first; a process of its own has no neighbour. */
export function droppedPerSegment(segmentLength: number, segments: Segments = 'inferences'): number {
  return segments !== 'inferences' || segmentLength === 1 ? 0 : 1
}

/** If every segment is a process, one quad of them is one block: each takes as long as a whole block elsewhere. */
export function planRuns({ inferences, seconds }: Exclude<Segments, 'inferences'>): BlockPlan {
  return { quads: 1, segmentLength: inferences, dropped: 0, statistic: 'median', seconds: 4 * seconds }
}
