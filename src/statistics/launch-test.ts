import tCdf from '@stdlib/stats-base-dists-t-cdf'
import { mean, median, sampleStandardDeviation } from 'simple-statistics'
import { checkFinite } from './check.ts'

/** Launches that a verdict on them takes. */
export const leastLaunches = 5

/** Standard errors of a difference that noise within launches does not explain. */
const clear = 3

/**
 * Whether launches differ by more than a clause tolerates and noise explains: an engine can be faster in one process than
 * in the next - memory lies elsewhere, a kernel was chosen otherwise - and then blocks of two launches say little about a
 * third.
 *
 * @param launches Log ratios of the blocks of each launch.
 * @param tolerance Of the clause, as a share.
 */
export function launchesDisagree(launches: readonly (readonly number[])[], tolerance: number): boolean {
  const measured = launches.filter(({ length }) => length > 0)
  if (measured.length < 2) return false
  const centres = measured.map(values => median([...values]))
  const spread = median(measured.flatMap((values, i) => values.map(value => Math.abs(value - centres[i]!))))
  const blocks = Math.min(...measured.map(({ length }) => length))
  // The median of n normal values has the standard error 1.2533 sigma / sqrt(n), and sigma is 1.4826 times their MAD.
  const error = Math.SQRT2 * 1.2533 * 1.4826 * (spread / Math.sqrt(blocks))
  return Math.max(...centres) - Math.min(...centres) > Math.log1p(tolerance) + clear * error
}

/**
 * Decides "the log ratio is at most `boundary`" with launches as the unit: Student's t of their centres, one look.
 *
 * @param centres One log ratio per launch, at least 5.
 * @throws RangeError if there are fewer, or one is not finite.
 */
export function launchTest(
  centres: readonly number[],
  { boundary, alphaViolated, alphaUpheld }: { boundary: number; alphaViolated: number; alphaUpheld: number },
): 'upheld' | 'violated' | 'inconclusive' {
  checkFinite(centres, 'centres of launches')
  if (centres.length < leastLaunches) {
    throw new RangeError(`${centres.length} launches are too few for a verdict: at least ${leastLaunches}`)
  }
  const distance = mean([...centres]) - boundary
  const error = sampleStandardDeviation([...centres]) / Math.sqrt(centres.length)
  // Launches that agree to the last bit are a coarse timer, not infinite certainty.
  if (error === 0) return 'inconclusive'
  const below = tCdf(distance / error, centres.length - 1)
  if (1 - below <= alphaViolated) return 'violated'
  return below <= alphaUpheld ? 'upheld' : 'inconclusive'
}
