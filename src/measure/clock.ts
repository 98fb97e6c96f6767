import { setTimeout } from 'node:timers/promises'

/** What time it is, in ms, and waiting: tests give their own. */
export interface Clock {
  /** As `performance.now` gives it. */
  readonly now: () => number
  /** Rejects with the signal's reason if it is aborted. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

/** The time of this machine. */
export const realClock: Clock = {
  now: () => performance.now(),
  async pause(milliseconds, signal) {
    await setTimeout(milliseconds, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
  },
}
