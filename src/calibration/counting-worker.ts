import type { Host } from '../engine/host.ts'

/** A host with calls in flight: a few wait in the process, so that it never waits for the next. */
export interface CountingWorker {
  /** Makes a call; resolves when there is room for another. */
  give(call: (host: Host) => Promise<unknown>): Promise<void>
  /** Makes a call and waits for its result. */
  ask<Result>(call: (host: Host) => Promise<Result>): Promise<Result>
  /** Waits for the calls in flight. */
  finish(): Promise<void>
  /** Ends the process. */
  stop(): Promise<void>
}

/** Calls that wait in the process while one runs: their feeds are in memory. */
const depth = 4

export function openCountingWorker(starting: Promise<Host>): CountingWorker {
  const inFlight: Promise<unknown>[] = []
  // What goes wrong is seen by the call that waits for it.
  starting.catch(() => {})
  const call = <Result>(make: (host: Host) => Promise<Result>) => {
    const result = starting.then(make)
    result.catch(() => {})
    return result
  }
  return {
    async give(make) {
      inFlight.push(call(make))
      if (inFlight.length > depth) await inFlight.shift()
    },
    async ask(make) {
      const result = call(make)
      await Promise.all(inFlight.splice(0))
      return result
    },
    async finish() {
      await Promise.all(inFlight.splice(0))
    },
    async stop() {
      const host = await starting.catch(() => undefined)
      await host?.stop()
    },
  }
}
