import type { WatchedDevice } from '../engine/backend.ts'

/** A sentence about every device that ran slower than it could while engines were measured. */
export function slowDowns(devices: readonly WatchedDevice[]): string[] {
  return devices.flatMap(({ before, during }, number) => {
    const reasons = new Set(during.flatMap(({ slowedDownBy }) => slowedDownBy))
    if (reasons.size === 0) return []
    return [
      `device ${number} (${before.name}) was slowed down by ${[...reasons].join(', ')} while engines were measured: interleaved comparisons meet that alike, absolute speeds are those of a slowed-down device`,
    ]
  })
}
