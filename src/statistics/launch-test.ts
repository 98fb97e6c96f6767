import tCdf from '@stdlib/stats-base-dists-t-cdf'
import { mean, median, sampleStandardDeviation } from 'simple-statistics'
import { checkFinite } from './check.ts'

/** Launches that a verdict on them takes. */
const leastLaunches = 5

/**
 * Whether launches differ by more than a clause tolerates: an engine can be faster in one process than in the next - memory
 * lies elsewhere, a kernel was chosen otherwise - and then blocks of two launches say little about a third.
 *
 * @param launches Log ratios of the blocks of each launch.
 * @param tolerance Of the clause, as a share.
 */
export function launchesDisagree(launches: readonly (readonly number[])[], tolerance: number): boolean {
  const centres = launches.filter(({ length }) => length > 0).map(values => median([...values]))
  return Math.max(...centres) - Math.min(...centres) > Math.log1p(tolerance)
}

/**
 * Decides "the log ratio is at most `boundary`" with launches as the unit: Student's t of their centres, one look.
 *
 * @param centres One log ratio per launch, at least 5.
 * @throws RangeError where there are fewer, or one is not finite.
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
