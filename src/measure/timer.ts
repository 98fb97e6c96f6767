import { startLaunches } from './launches.ts'

/** What opens engines to be timed, and the clock that says when time is up: tests give their own. */
export interface Timer {
  readonly start: typeof startLaunches
  /** In ms, as `performance.now` gives it. */
  readonly now: () => number
}

/** Processes of the backend, and the time of this machine. */
export const realTimer: Timer = { start: startLaunches, now: () => performance.now() }
