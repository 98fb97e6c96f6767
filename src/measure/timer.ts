import { type Clock, realClock } from './clock.ts'
import { startLaunches } from './launches.ts'

/** What opens engines to be timed, and the clock that says when time is up: tests give their own. */
export interface Timer extends Pick<Clock, 'now'> {
  readonly start: typeof startLaunches
}

/** Processes of the backend, and the time of this machine. */
export const realTimer: Timer = { start: startLaunches, now: realClock.now }
