import type { ProfiledRun } from './kernel-profile.ts'
import { timeOfRun } from './time-of-run.ts'

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
