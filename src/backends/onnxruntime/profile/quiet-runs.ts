import type { ProfiledRun } from './kernel-profile.ts'
import { timeOfRun } from './time-of-run.ts'

/** The quietest inference of each segment, whose kernels take the least: as the minimum stands for a segment that is timed. */
export function quietRuns(segments: readonly (readonly ProfiledRun[])[]): ProfiledRun[] {
  return segments.map(runs =>
    runs.reduce((quietest, run) => (timeOfRun(run) < timeOfRun(quietest) ? run : quietest)),
  )
}
