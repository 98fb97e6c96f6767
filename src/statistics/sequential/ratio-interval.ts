import { checkCount, checkFinite } from '../check.ts'
import type { Interval } from '../intervals/interval.ts'
import { seededRandom } from '../random.ts'
import { RatioTest } from './ratio-test.ts'
import type { Decision } from './sequential-test.ts'

export interface RatioIntervalOptions {
  /** As of the test. */
  readonly maxBlocks: number
  readonly alphaViolated: number
  readonly alphaUpheld: number
  /** Seed of the test: its sign paths. */
  readonly seed: number
  /** Where the test decided. What it said there is kept to the letter: with few sign paths it is not quite monotonic. */
  readonly boundary?: number
}

/** Log ratios that differ by less are one. */
const sameValue = 1e-9

/** A boundary is found within this share of the spread of the blocks. */
const precision = 1e-3

/**
 * The boundaries that a `RatioTest` of these blocks would have left undecided: below `lower` it says "violated", above
 * `upper` "upheld". So a verdict never stands beside an interval that allows the opposite. The test's error rates make
 * its coverage: the truth is left out with probability alphaViolated + alphaUpheld at most, whenever measuring ends
 * (Lehmann and Romano, Testing Statistical Hypotheses, section 3.5: confidence sets by inversion).
 *
 * @param blocks In the order in which the test saw them.
 * @throws RangeError if there are no blocks, more than `maxBlocks`, or one is not finite.
 */
export function ratioInterval(blocks: readonly number[], options: RatioIntervalOptions): Interval {
  checkCount(blocks.length, 'number of blocks', 1)
  checkFinite(blocks, 'ratio interval')
  const [least, most] = [Math.min(...blocks), Math.max(...blocks)]
  const spread = most - least
  const decide = (boundary: number): Decision | undefined => {
    const { maxBlocks, alphaViolated, alphaUpheld, seed } = options
    const random = seededRandom(seed)
    const test = new RatioTest({ boundary, maxBlocks, alphaViolated, alphaUpheld, random })
    for (const block of blocks) if (test.add(block)) break
    return test.verdict
  }
  // Blocks that all lie on one side of a boundary are the clearest evidence that so many blocks can give.
  const isOneValue = spread <= sameValue
  const beyond = isOneValue ? 2 * sameValue : spread
  const { boundary } = options
  const known = boundary === undefined ? undefined : decide(boundary)
  const edgeOf = (decision: Decision, far: number, open: number, none: number) => {
    const rejected = known === decision ? boundary! : far
    if (known !== decision && decide(rejected) !== decision) return none
    // A coarse timer: all blocks are one value, and everything beside it is rejected.
    if (isOneValue) return decision === 'violated' ? least : most
    return edge(rejected, open, place => decide(place) === decision, precision * beyond)
  }
  return {
    lower: edgeOf('violated', least - beyond, Math.max(most, boundary ?? most), Number.NEGATIVE_INFINITY),
    upper: edgeOf('upheld', most + beyond, Math.min(least, boundary ?? least), Number.POSITIVE_INFINITY),
  }
}

/** The last place on the way from one that is rejected to one that may not be, at which it still is. */
function edge(
  rejected: number,
  open: number,
  isRejected: (boundary: number) => boolean,
  within: number,
): number {
  let [inside, outside] = [rejected, open]
  while (Math.abs(outside - inside) > within) {
    const middle = (inside + outside) / 2
    if (middle === inside || middle === outside) break
    if (isRejected(middle)) inside = middle
    else outside = middle
  }
  return inside
}
