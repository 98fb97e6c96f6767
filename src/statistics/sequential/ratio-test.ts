import { checkFinite } from '../check.ts'
import { seededRandom } from '../random.ts'
import { lookSchedule } from './look-schedule.ts'
import type { Decision, SequentialTest } from './sequential-test.ts'
import { SignFlipTest } from './sign-flip-test.ts'

export interface RatioTestOptions {
  /** mu0: the log ratio up to which the clause holds; see `ratioBoundary`. */
  readonly boundary: number
  /** Horizon: the most blocks that there will be. Alpha is spent as a function of n / maxBlocks. */
  readonly maxBlocks: number
  /** Least blocks for a verdict, if more are wanted than the test itself needs. */
  readonly minBlocks?: number
  /** Probability of "violated" where the clause holds. */
  readonly alphaViolated?: number
  /** Probability of "upheld" where the clause does not hold. */
  readonly alphaUpheld?: number
  /** Draws the sign paths of both sides; seed it and record the seed. */
  readonly random: () => number
}

/**
 * Decides "the log ratio is at most `boundary`" from blocks as they come in: two one-sided sign-flip tests at the same
 * boundary, and the first that rejects gives the verdict.
 *
 * Neither within `maxBlocks` blocks, or no time for more of them, means inconclusive, never upheld. "violated" has the
 * smaller alpha by default because a false alarm fails somebody's build.
 *
 * @example
 * const test = new RatioTest({ boundary: ratioBoundary(0.01), maxBlocks: 60, random: seededRandom(1) })
 * while (test.verdict === undefined && test.blocks.length < 60 && timeIsLeft()) test.add(await measureBlock())
 * const verdict = test.verdict ?? 'inconclusive'
 */
export class RatioTest implements SequentialTest {
  readonly #boundary: number
  readonly #violated: SignFlipTest
  readonly #upheld: SignFlipTest
  readonly #blocks: number[] = []
  #verdict: Decision | undefined

  /** @throws RangeError if an option is out of range, or `maxBlocks` too small for both verdicts. */
  constructor(options: RatioTestOptions) {
    const { boundary, maxBlocks: horizon, minBlocks = 1, random } = options
    checkFinite([boundary], 'boundary of the ratio test')
    // Both sides draw the same paths, so that swapping the variants swaps the verdicts.
    const seed = Math.floor(random() * 2 ** 32)
    const side = (alpha: number) => {
      const looks = lookSchedule({ alpha, horizon, minBlocks })
      return new SignFlipTest({ alpha, looks, random: seededRandom(seed) })
    }
    this.#boundary = boundary
    this.#violated = side(options.alphaViolated ?? 0.01)
    this.#upheld = side(options.alphaUpheld ?? 0.05)
  }

  /** The verdict so far; undefined if there is none yet. */
  get verdict(): Decision | undefined {
    return this.#verdict
  }

  /** The blocks so far. */
  get blocks(): readonly number[] {
    return this.#blocks
  }

  /**
   * Takes the log ratio of the next block.
   *
   * @returns The verdict; once there is one, it stays.
   * @throws RangeError if the block is not finite or lies beyond the horizon.
   */
  add(block: number): Decision | undefined {
    const excess = block - this.#boundary
    const violated = this.#violated.add(excess)
    const upheld = this.#upheld.add(-excess)
    this.#blocks.push(block)
    this.#verdict ??= violated ? 'violated' : upheld ? 'upheld' : undefined
    return this.#verdict
  }
}
