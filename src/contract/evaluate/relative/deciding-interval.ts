import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { changesPace } from '../../../measure/pace/paced-timings.ts'
import type { Interval } from '../../../statistics/intervals/interval.ts'
import { ratioInterval } from '../../../statistics/sequential/ratio-interval.ts'
import { tMixtureInterval } from '../../../statistics/sequential/t-mixture-interval.ts'
import { confidence as usualConfidence } from '../evaluation.ts'
import type { Measured } from './measured.ts'

export interface DecidingInterval extends Interval {
  readonly confidence: number
}

/**
 * The interval of log(latency A / latency B) that belongs to the verdict: what the deciding test, at its own error rates,
 * does not reject. Upheld or violated never stand beside one that allows the opposite.
 */
export function decidingInterval(
  measured: Pick<
    Measured,
    | 'values'
    | 'launches'
    | 'alpha'
    | 'sign'
    | 'boundary'
    | 'maxBlocks'
    | 'seed'
    | 'isSlow'
    | 'before'
    | 'verdict'
    | 'pace'
  >,
): DecidingInterval {
  const { values, launches, alpha, sign, boundary, maxBlocks, seed, isSlow, before, pace } = measured
  const confidence = 1 - alpha.violated - alpha.upheld
  const [alphaViolated, alphaUpheld] = [alpha.violated, alpha.upheld]
  // Signed so that more is worse for the clause, as the tests see it.
  const signed = ({ lower, upper }: Interval): Interval =>
    sign > 0 ? { lower, upper } : { lower: -upper, upper: -lower }
  if (launches) {
    const centre = mean(launches.map(value => sign * value))
    const error = sampleStandardDeviation([...launches]) / Math.sqrt(launches.length)
    // As the test: it does not decide on launches that agree to the last bit.
    const reach = (level: number) =>
      error === 0 ? Number.POSITIVE_INFINITY : tQuantile(1 - level, launches.length - 1) * error
    const interval = { lower: centre - reach(alphaViolated), upper: centre + reach(alphaUpheld) }
    return { ...signed(interval), confidence }
  }
  if (!isSlow && !before) {
    const blocks = values.map(value => sign * value)
    const options = { maxBlocks, alphaViolated, alphaUpheld, seed, boundary: sign * boundary }
    const inverted = signed(ratioInterval(blocks, options))
    return { ...(changesPace(pace) ? widened(measured, inverted) : inverted), confidence }
  }
  return { ...onSideOf(measured, tMixtureInterval(values)), confidence: usualConfidence }
}

/**
 * Full pace is not one speed, and what it wanders by is slower than a few blocks: an interval that is meant for the centre of
 * these blocks holds the ratio of the full pace in 9 of 10 runs. The wider one of a normal mixture does in 97 of 100
 * (`npm run bench:two-speeds`).
 */
function widened(
  measured: Pick<Measured, 'values' | 'verdict' | 'sign' | 'boundary'>,
  { lower, upper }: Interval,
): Interval {
  const wide = tMixtureInterval(measured.values)
  return onSideOf(measured, { lower: Math.min(lower, wide.lower), upper: Math.max(upper, wide.upper) })
}

/** What earlier runs have ruled out is out. */
function onSideOf(
  { verdict, sign, boundary }: Pick<Measured, 'verdict' | 'sign' | 'boundary'>,
  { lower, upper }: Interval,
): Interval {
  if (verdict === undefined) return { lower, upper }
  return (verdict === 'violated') === sign > 0
    ? { lower: Math.max(lower, boundary), upper: Math.max(upper, boundary) }
    : { lower: Math.min(lower, boundary), upper: Math.min(upper, boundary) }
}
