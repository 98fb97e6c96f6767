import { checkFinite } from '../check.ts'
import { sampleQuantile } from '../sample-quantile.ts'
import type { Interval } from './interval.ts'
import { type QuantileRuleOptions, quantileRule } from './quantile-rule.ts'

/**
 * The limits that `quantileRule` leaves undecided on these samples: it says "violated" below `lower` and "upheld" from
 * `upper` on (Lehmann and Romano, Testing Statistical Hypotheses, section 3.5: confidence sets by inversion). The quantile
 * lies below it with probability alphaViolated at most, and above it with alphaUpheld.
 *
 * The rule asks at every limit how long bursts are there, so it is not quite monotonic: the ends are found by halving, from
 * the quantile of the samples outwards, and what it says at `options.limit` is kept to the letter.
 *
 * @param samples In the order in which they were measured.
 * @returns An end that the samples are too few for is infinite.
 * @throws RangeError if there are no samples or one is not finite.
 * @example quantileRuleInterval(Array(298).fill(1), { p: 0.99, limit: 2 }) // { lower: 1, upper: Infinity }
 * @example quantileRuleInterval(Array(299).fill(1), { p: 0.99, limit: 2 }) // { lower: 1, upper: 1 }
 */
export function quantileRuleInterval(samples: readonly number[], options: QuantileRuleOptions): Interval {
  checkFinite(samples, 'interval of a quantile rule')
  const { p, limit } = options
  const values = [...new Set(samples)].sort((a, b) => a - b)
  // All limits from one value up to the next are one to the rule, and those below the least value another.
  const verdictAt = (index: number) =>
    quantileRule(samples, { ...options, limit: values[index] ?? Number.NEGATIVE_INFINITY }).verdict
  const own = values.findLastIndex(value => value <= limit)
  const { verdict } = quantileRule(samples, options)
  // Where the samples have their quantile: below it the rule never says "upheld", there and above never "violated".
  const middle = values.indexOf(sampleQuantile(samples, p))
  /** Between an index where the rule does not say so and one where it does, or which stands for no end at all. */
  const firstThat = (decided: 'upheld' | 'violated', not: number, says: number) => {
    let [near, far] = [not, says]
    while (Math.abs(far - near) > 1) {
      const between = Math.trunc((near + far) / 2)
      if (verdictAt(between) === decided) far = between
      else near = between
    }
    return { near, far }
  }
  const upheld =
    verdict === 'upheld'
      ? firstThat('upheld', middle - 1, own)
      : firstThat('upheld', Math.max(middle - 1, own), values.length)
  const violated =
    verdict === 'violated'
      ? firstThat('violated', middle, own)
      : firstThat('violated', Math.min(middle, own), -2)
  return {
    lower: violated.far < -1 ? Number.NEGATIVE_INFINITY : values[violated.near]!,
    upper: values[upheld.far] ?? Number.POSITIVE_INFINITY,
  }
}
