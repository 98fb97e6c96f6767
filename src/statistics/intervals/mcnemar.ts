import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { checkCount } from '../check.ts'

/**
 * McNemar's test of "there is no accuracy gap at all", two-sided: given the number of discordant samples, each is a
 * fair coin. A diagnostic only: a gap below the limit of a clause may well be significant.
 *
 * The exact p value is conservative; the mid-p value counts the observed table half and comes closer to its level
 * (Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91, 2013).
 *
 * @param onlyFirst Samples that only the first classifier got right.
 * @param onlySecond Samples that only the second classifier got right.
 * @throws RangeError if a count is not a whole number.
 * @example mcnemar(6, 16) // { exact: 0.052479, midP: 0.034690 }
 */
export function mcnemar(onlyFirst: number, onlySecond: number): { exact: number; midP: number } {
  checkCount(onlyFirst, 'onlyFirst')
  checkCount(onlySecond, 'onlySecond')
  const discordant = onlyFirst + onlySecond
  if (discordant === 0) return { exact: 1, midP: 1 }
  const fewer = Math.min(onlyFirst, onlySecond)
  const atMost = binomialCdf(fewer, discordant, 0.5)
  const mass = atMost - binomialCdf(fewer - 1, discordant, 0.5)
  if (onlyFirst === onlySecond) return { exact: 1, midP: 1 - mass / 2 }
  return { exact: Math.min(1, 2 * atMost), midP: Math.min(1, 2 * atMost) - mass }
}
