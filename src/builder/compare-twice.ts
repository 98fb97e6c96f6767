import type { SpeedRatio } from '../measure/compare-speed.ts'

/** How long to compare for, and in how many pairs of processes. */
export interface Look {
  readonly seconds: number
  readonly launches?: number
}

const firstSeconds = 6
const launches = 4
/** Less than this is no reason to leave the engine that was named first: another build would turn it round. */
const smallestGain = 1.01

/**
 * Which of two engines to take. They are compared once more, for longer and in more processes, if a first look does not tell
 * them apart: two processes differ from start to start by some percent.
 *
 * No bound depends on the answer, and neither is the safer one. So if the second look does not tell them apart either, the
 * one that was faster in it is taken: the first would be too slow by as much as the intervals are wide.
 *
 * @param compare - fps of the second engine / fps of the first
 * @param longerSeconds - of the second look
 */
export async function compareTwice(
  compare: (look: Look) => Promise<SpeedRatio>,
  longerSeconds: number,
): Promise<SpeedRatio> {
  const first = await compare({ seconds: firstSeconds })
  if (isTold(first) || longerSeconds <= firstSeconds) return first
  return compare({ seconds: longerSeconds, launches })
}

/** Whether the second engine is taken. */
export function isSecondTaken(found: SpeedRatio): boolean {
  return found.lower > 1 || (!isTold(found) && found.ratio >= smallestGain)
}

/** Whether the interval leaves no doubt which is faster. */
export function isTold({ lower, upper }: SpeedRatio): boolean {
  return lower > 1 || upper < 1
}
