import { type Clock, realClock } from '../measure/clock.ts'

/** A task that waits for another time of the run: resolves when it may go on. */
export type AnotherTime = () => Promise<void>

export interface TurnsOptions {
  readonly signal?: AbortSignal | undefined
  /** Default: this machine's. */
  readonly clock?: Clock
}

/** Between two visits of one clause, in ms. With 30 s errors on the recorded machine are the same (decision 52). */
export const leastMillisecondsBetween = 10_000

/**
 * Runs tasks one after the other. One that asks for another time of the run is resumed when all others have had their turn,
 * and some time has passed. No two run at a time.
 *
 * @returns results in the order of the tasks; rejects as soon as a task does
 */
export async function inTurns<Result>(
  tasks: readonly ((anotherTime: AnotherTime) => Promise<Result>)[],
  { signal, clock = realClock }: TurnsOptions = {},
): Promise<Result[]> {
  const runs: Promise<Result>[] = []
  const waiting: { readonly since: number; readonly resume: () => void; readonly run: Promise<Result> }[] = []
  let giveWay = () => {}
  /** Until what runs has ended, or lets the others go first. */
  const turn = (run: Promise<Result>) =>
    new Promise<void>((done, failed) => {
      giveWay = done
      run.then(() => done(), failed)
    })
  for (const [index, task] of tasks.entries()) {
    const anotherTime = () =>
      new Promise<void>(resume => {
        waiting.push({ since: clock.now(), resume, run: runs[index]! })
        giveWay()
      })
    runs.push(Promise.resolve().then(() => task(anotherTime)))
    await turn(runs[index]!)
  }
  for (const { since, resume, run } of waiting) {
    await clock.pause(Math.max(0, since + leastMillisecondsBetween - clock.now()), signal)
    resume()
    await turn(run)
  }
  return Promise.all(runs)
}
