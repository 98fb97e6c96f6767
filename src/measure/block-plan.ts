/** How one block of a comparison is cut: the same for both engines, chosen without looking at which is faster. */
export interface BlockPlan {
  /** Quads (ABBA or BAAB) per block. */
  readonly quads: number
  /** Timed inferences per segment; one more runs first and is dropped, because it finds the other engine's caches. */
  readonly segmentLength: number
  /** Expected duration of one block. */
  readonly seconds: number
}

const preferred = { quads: 5, segmentLength: 5 }

/** A verdict takes at least 8 blocks, so a block may take a small part of the budget. */
const blocksPerBudget = 24

/**
 * Cuts blocks so that a slow model still gets enough of them within the budget: fewer quads first, because the
 * median of a block needs few, then shorter segments.
 *
 * @param pairSeconds - time of one inference of both engines together
 * @param budgetSeconds - time that the clause may take
 */
export function planBlocks(pairSeconds: number, budgetSeconds: number): BlockPlan {
  const seconds = (quads: number, length: number) => quads * 2 * (length + 1) * pairSeconds
  const limit = budgetSeconds / blocksPerBudget
  let { quads, segmentLength } = preferred
  while (quads > 1 && seconds(quads, segmentLength) > limit) quads -= 2
  while (segmentLength > 1 && seconds(quads, segmentLength) > limit) segmentLength--
  return { quads, segmentLength, seconds: seconds(quads, segmentLength) }
}
