import { launchTest } from '../../../statistics/launch-test.ts'
import type { Measured } from './measured.ts'

/**
 * A comparison decided with launches, or pairs of builds, as the unit.
 *
 * @param launches - median log ratio of each
 */
export function launchesAsUnit(
  measured: Omit<Measured, 'verdict' | 'launches'>,
  launches: readonly number[],
): Measured {
  const { alpha, boundary, sign } = measured
  const distances = launches.map(value => sign * (value - boundary))
  const verdict = launchTest(distances, {
    boundary: 0,
    alphaViolated: alpha.violated,
    alphaUpheld: alpha.upheld,
  })
  return { ...measured, launches, ...(verdict !== 'inconclusive' && { verdict }) }
}
