import { median } from 'simple-statistics'
import { leastLaunches } from '../../../statistics/launch-test.ts'
import { launchesAsUnit } from '../relative/launches-as-unit.ts'
import type { Measured } from '../relative/measured.ts'

/** Whether so many builds, if they disagree, decide nothing: as launches do, from five on. */
export function tooFewBuilds(builds: number): boolean {
  return builds > 1 && builds < leastLaunches
}

/** What would decide a clause that so many builds leave open. */
export function adviceOnBuilds(builds: number): string {
  const more = tooFewBuilds(builds) ? `at least ${leastLaunches}` : 'more'
  return `${more} \`builds\` in the target, or a wider tolerance`
}

/**
 * The same comparison with pairs of builds as the unit: blocks of the builds that are there say little about the next one.
 *
 * The blocks are those measured already: a fresh build takes minutes, and noise within a build is little beside what builds
 * differ by, or they would not count as different.
 *
 * @param byBuild log ratios of the blocks of each pair of builds
 */
export function buildsAsUnit(
  measured: Omit<Measured, 'verdict' | 'launches'>,
  byBuild: readonly (readonly number[])[],
): Measured {
  const launches = byBuild.map(values => median([...values]))
  return tooFewBuilds(measured.builds) ? { ...measured, launches } : launchesAsUnit(measured, launches)
}
