import { gammaln } from 'simple-statistics'
import { bisect } from '../bisect.ts'
import { checkProbability } from '../check.ts'
import type { Interval } from '../intervals/interval.ts'
import { normalMixtureRho } from './normal-mixture.ts'

/** Supports of the values less their mean: from -below to above. */
interface Support {
  readonly below: number
  readonly above: number
}

/**
 * log evidence of the beta-binomial mixture against "values in [-below, above] have a mean of 0" (Howard, Ramdas,
 * McAuliffe and Sekhon, 2021, proposition 7), tight for values that are one of the two ends.
 *
 * @param variance Number of values x below x above.
 * @param tunedFor The variance at which the evidence grows best.
 * @example logBetaBinomialMixture(10, 100, { below: 0.2, above: 0.8 }, 100) // -0.6941
 */
export function logBetaBinomialMixture(
  sum: number,
  variance: number,
  { below: g, above: h }: Support,
  tunedFor: number,
): number {
  const rho = normalMixtureRho({ variance: tunedFor, alpha: 0.05, sides: 2 })
  const r = Math.max(rho - g * h, 1e-3 * g * h)
  const span = g + h
  return (
    (variance / (g * h)) * Math.log(span) -
    ((variance + h * sum) / (h * span)) * Math.log(g) -
    ((variance - g * sum) / (g * span)) * Math.log(h) +
    logBeta((r + variance - g * sum) / (g * span), (r + variance + h * sum) / (h * span)) -
    logBeta(r / (g * span), r / (h * span))
  )
}

/**
 * An interval for a proportion that stays valid when it is looked at after every sample, e.g. for the share of inferences
 * above a limit while they still run. Clopper and Pearson's holds at one number of samples that was fixed before.
 *
 * It holds every proportion that the beta-binomial mixture does not reject (Howard and Ramdas, Bernoulli 28, 2022; the
 * function `bernoulli_confidence_interval` of their package confseq).
 *
 * @param successes Of `total` samples; counts may be fractions, as they are after division by a design effect.
 * @param tunedFor Number of samples at which it is tightest.
 * @throws RangeError if the counts are out of range.
 * @example bernoulliConfidenceSequence(700, 1000, { tunedFor: 100 }) // { lower: 0.6516, upper: 0.7459 }
 */
export function bernoulliConfidenceSequence(
  successes: number,
  total: number,
  { tunedFor, confidence = 0.95 }: { tunedFor: number; confidence?: number },
): Interval {
  if (!(total > 0 && successes >= 0 && successes <= total && total < Infinity)) {
    throw new RangeError(`${successes} successes in ${total} samples`)
  }
  if (!(tunedFor > 0)) throw new RangeError(`an interval cannot be tuned for ${tunedFor} samples`)
  checkProbability(confidence, 'confidence')
  const share = successes / total
  const threshold = -Math.log(1 - confidence)
  const excess = (p: number) => {
    const variance = p * (1 - p)
    const support = { below: p, above: 1 - p }
    return (
      logBetaBinomialMixture((share - p) * total, total * variance, support, tunedFor * variance) - threshold
    )
  }
  const edge = 1e-12
  return {
    lower: successes === 0 ? 0 : bisect(excess, edge, share),
    upper: successes === total ? 1 : bisect(p => -excess(p), share, 1 - edge),
  }
}

function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b)
}
