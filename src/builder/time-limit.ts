/** Seconds that a build may take if nobody says otherwise. */
export const usualBuildSeconds = 120

/** How long a build may take. What is not done by then is left out, and the best so far is the answer. */
export interface TimeLimit {
  /** In all. */
  readonly seconds: number
  /** Seconds that are left; below 0 once it is over. */
  left(): number
  /** Seconds for a measurement that takes `usual` seconds of a usual build: a shorter build measures for less. */
  part(usual: number): number
  /** The same limit, but so much earlier, as a share of the whole: the rest is for what comes after. */
  without(share: number): TimeLimit
}

/** @param now - clock in ms */
export function timeLimit(seconds: number, now: () => number = () => performance.now()): TimeLimit {
  const end = now() + 1000 * seconds
  const endingAt = (end: number): TimeLimit => ({
    seconds,
    left: () => (end - now()) / 1000,
    part: usual => usual * Math.min(1, seconds / usualBuildSeconds),
    without: share => endingAt(end - 1000 * share * seconds),
  })
  return endingAt(end)
}

/** The end of a line that says what is going on. */
export function timeLeft(time: TimeLimit): string {
  const seconds = Math.ceil(time.left())
  return seconds > 0 ? `, ${seconds} s left` : ', time is over'
}
