import type { ProfiledRun } from './kernel-profile.ts'

/** The quietest inference of each segment, whose kernels take the least: as the minimum stands for a segment that is timed. */
export function quietRuns(segments: readonly (readonly ProfiledRun[])[]): ProfiledRun[] {
  return segments.map(runs =>
    runs.reduce((quietest, run) => (timeOf(run) < timeOf(quietest) ? run : quietest)),
  )
}

function timeOf(run: ProfiledRun): number {
  return [...run.values()].flat().reduce((sum, { microseconds }) => sum + microseconds, 0)
}
