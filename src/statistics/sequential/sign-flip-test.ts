import { median } from 'simple-statistics'
import { checkFinite, checkProbability } from '../check.ts'
import { kthLargest } from '../kth-largest.ts'
import { type AlphaSpending, alphaSpending } from './alpha-spending.ts'
import { walshHadamard } from './walsh-hadamard.ts'

export interface SignFlipOptions {
  /** Probability of a rejection anywhere in the test where the centre of the values is at most 0. */
  readonly alpha: number
  /** Ascending counts of values at which the test looks; the last is the horizon. */
  readonly looks: readonly number[]
  /** Draws the sign paths; seed it and record the seed. */
  readonly random: () => number
}

/** Scores are bounded here, in robust standard deviations (Huber): a spike counts as 1, not as 50. */
const bound = 1

/**
 * The sign-flip (randomisation) test of "the centre is at most 0", one value at a time, looked at repeatedly.
 *
 * Each value is the difference of two variants whose order was chosen by coin flip. At a centre of 0 the coin alone
 * gives the value its sign, whatever the noise: so given the magnitudes, every pattern of signs was equally likely. The
 * observed sum of scores is compared with the sums under 2^k patterns, and rejected where it is among the largest. That
 * is exact under drift, autocorrelation, throttling and heavy tails; the one assumption is that a variant does not
 * slow down the segment after its own.
 *
 * The patterns form a group: value number b is flipped in pattern j where `j & mask_b` has an odd number of ones. All
 * patterns of the first k values are among them, each equally often; later values have random masks. A randomisation
 * test over a subgroup is exact (Chung and Fraser, 1958; Hemerik and Goeman, 2018), needs no stored matrix of signs,
 * and one Walsh-Hadamard transform sums all patterns at once, whatever the number of values.
 *
 * Looks share alpha by spending (Lan and DeMets, 1983): a look may reject as many patterns as alpha spent so far
 * allows, less those that earlier looks rejected. A rejected pattern stays rejected, so the patterns rejected over all
 * looks are at most alpha of them, and under the null hypothesis the observed one is any of them.
 *
 * @example
 * const test = new SignFlipTest({ alpha: 0.05, looks: [5, 6, 8], random: seededRandom(1) })
 * for (const x of [0.02, 0.01, 0.03, 0.02]) test.add(x) // false, four times
 * test.add(0.01) // true: 1 of the 2^5 patterns, and 0.05 (5/8)^(1/5) = 0.0455 may be spent
 */
export class SignFlipTest {
  readonly #looks: readonly number[]
  readonly #spending: AlphaSpending
  readonly #masks: readonly number[]
  readonly #values: number[] = []
  readonly #rejected: Uint8Array
  #rejectedCount = 0

  constructor({ alpha, looks, random }: SignFlipOptions) {
    checkProbability(alpha, 'alpha')
    const horizon = looks.at(-1) ?? 0
    if (!looks.every((count, look) => Number.isSafeInteger(count) && count > (looks[look - 1] ?? 0))) {
      throw new RangeError(`looks must be ascending positive counts, not [${looks.join(', ')}]`)
    }
    if (horizon === 0) throw new RangeError('a test needs at least one look')
    this.#looks = looks
    this.#spending = alphaSpending({ alpha, horizon })
    const { bits, paths } = this.#spending
    this.#masks = Array.from({ length: horizon }, (_, value) =>
      value < bits ? 2 ** value : 1 + Math.floor(random() * (paths - 1)),
    )
    this.#rejected = new Uint8Array(paths)
  }

  /** Whether the hypothesis has been rejected. */
  get rejected(): boolean {
    return this.#rejected[0] === 1
  }

  /**
   * Takes the next value and looks, where a look is due.
   *
   * @returns Whether the hypothesis has been rejected, now or before.
   * @throws RangeError if the value is not finite or lies beyond the horizon.
   */
  add(value: number): boolean {
    checkFinite([value], 'sign-flip test')
    if (this.#values.length === this.#looks.at(-1)) {
      throw new RangeError(`the sign-flip test ends at its horizon of ${this.#values.length} values`)
    }
    this.#values.push(value)
    if (!this.rejected && this.#looks.includes(this.#values.length)) this.#look()
    return this.rejected
  }

  #look(): void {
    const free = this.#spending.spent(this.#values.length) - this.#rejectedCount
    if (free <= 0) return
    const sums = walshHadamard(this.#scoresByMask())
    const rejected = this.#rejected
    for (let path = 0; path < sums.length; path++) if (rejected[path] === 1) sums[path] = -Infinity
    // Ties stay together and are kept, which is conservative; the slack absorbs rounding in sums that are equal.
    const limit = kthLargest(sums, free + 1) + 1e-9
    for (let path = 0; path < sums.length; path++) {
      if (sums[path]! > limit) {
        rejected[path] = 1
        this.#rejectedCount++
      }
    }
  }

  /** Scores of the values, added up where values share a mask; element 0 of the transform is the observed sum. */
  #scoresByMask(): Float64Array {
    const magnitudes = this.#values.map(Math.abs)
    // The scale ignores the signs, as it must; where half of the values are 0 every other one counts in full.
    const scale = 1.4826 * median(magnitudes) || Number.MIN_VALUE
    const scores = new Float64Array(this.#spending.paths)
    for (const [index, value] of this.#values.entries()) {
      scores[this.#masks[index]!]! += Math.sign(value) * Math.min(magnitudes[index]! / scale, bound)
    }
    return scores
  }
}
