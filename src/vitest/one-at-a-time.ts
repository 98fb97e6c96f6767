let last: Promise<unknown> = Promise.resolve()

/**
 * Runs tasks of this process one after the other, in the order in which they came: two clauses that measure at the
 * same time, because nobody awaited the first, would measure each other.
 */
export function oneAtATime<Result>(task: () => Promise<Result>): Promise<Result> {
  const run = last.then(task, task)
  last = run.catch(() => {})
  return run
}
