import type { ProfiledRun } from './kernel-profile.ts'

/**
 * The middle half of inferences by what their kernels take together: without those that were disturbed, and as many of the
 * fastest. The means of their kernels add up to the midmean of the inferences; medians of kernels would add up to less,
 * since each kernel is slow in another inference.
 */
export function middleRuns(runs: readonly ProfiledRun[]): ProfiledRun[] {
  const sorted = runs.toSorted((a, b) => timeOfRun(a) - timeOfRun(b))
  const outside = Math.floor(sorted.length / 4)
  return sorted.slice(outside, sorted.length - outside)
}

/** The quietest inference of each segment, whose kernels take the least: as the minimum stands for a segment that is timed. */
export function quietRuns(segments: readonly (readonly ProfiledRun[])[]): ProfiledRun[] {
  return segments.map(runs =>
    runs.reduce((quietest, run) => (timeOfRun(run) < timeOfRun(quietest) ? run : quietest)),
  )
}

/** What the kernels of an inference take together, in µs. */
function timeOfRun(run: ProfiledRun): number {
  return [...run.values()].flat().reduce((sum, { microseconds }) => sum + microseconds, 0)
}
