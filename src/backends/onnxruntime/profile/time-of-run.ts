import type { ProfiledRun } from './kernel-profile.ts'

/** What the kernels of an inference take together, in µs. */
export function timeOfRun(run: ProfiledRun): number {
  return [...run.values()].flat().reduce((sum, { microseconds }) => sum + microseconds, 0)
}
