import type { MatcherResult, MatcherState, RunnerTestCase } from 'vitest'
import type { EngineContext, Engines } from '../builder/engine.ts'
import { type Baselines, openBaselines } from '../contract/baselines/baselines.ts'
import type { Clause } from '../contract/clause/clause.ts'
import { InputError } from '../errors.ts'
import { logProgress } from '../log-progress.ts'
import { setting } from '../settings.ts'
import { expectUpheld } from './expect-upheld.ts'
import { record } from './records.ts'
import { settings } from './settings.ts'

/** A clause about some engines, ready to be evaluated. */
export interface Question {
  readonly clause: Clause
  readonly engines: Engines
}

/** A matcher, for its name and for its place in a stack. */
type MatcherFunction = (this: MatcherState, ...args: never[]) => MatcherResult

/** How long a test that has ended waits for the clauses that it did not await, in ms. */
const patience = 600_000

/** The attempt of a test in which a clause of it failed. */
const failedAttempts = new WeakMap<object, number>()

/**
 * Evaluates a clause on behalf of the running test. What a matcher returns.
 *
 * The evaluation belongs to the test whether or not the matcher is awaited: Vitest would let a test pass that ended
 * before its clause was violated, so a hook of that test waits for the verdict. Rejects, rather than telling Vitest
 * `pass: false`, because `.not` turns that into a pass also if the clause is inconclusive.
 */
export function evaluateInTest(
  state: MatcherState,
  matcher: MatcherFunction,
  question: Question,
): MatcherResult {
  const test = runningTest(state, matcher.name)
  const caller = new Error('called')
  Error.captureStackTrace(caller, matcher)
  const attempt = test.result?.retryCount ?? 0
  if ((failedAttempts.get(test) ?? attempt) < attempt) {
    const why = 'a clause of this test failed in an earlier attempt, and a retry must not hide it'
    throw at(caller, new InputError(`${why}: set \`retry: 0\``))
  }
  const { clause, engines } = question
  const { isNot } = state
  const policy = setting('policy')
  const evaluation = expectUpheld(clause, engines, {
    isNot,
    ...(policy !== undefined && { onInconclusive: policy }),
    baselines: baselinesOf(state, test, engines),
    signal: test.context.signal,
    onProgress: logProgress(console.log),
    // A violation that was expected is none; the clause itself is not what the test promises.
    onOutcome: outcome => isNot || record(test, { outcomes: [outcome] }),
  }).catch(error => {
    failedAttempts.set(test, attempt)
    throw at(caller, error)
  })
  test.context.onTestFinished(async () => {
    await evaluation.catch(error => {
      if (!isReported(test, error)) throw error
    })
  }, patience)
  return quiet(evaluation.then(() => ({ pass: !isNot, message: () => clause.text })))
}

/** The engines that a test has asked about, a build each: its second build has figures of its own. */
const builds = new WeakMap<RunnerTestCase, EngineContext[]>()

/** Figures of a spec belong to the test that asks for them, as snapshots do. */
function baselinesOf(
  { testPath, currentTestName }: MatcherState,
  test: RunnerTestCase,
  engines: Engines,
): Baselines {
  const { context } = Object.values(engines)[0]!
  const known = builds.get(test) ?? []
  if (!known.includes(context)) known.push(context)
  builds.set(test, known)
  const place = known.indexOf(context)
  const name = `${currentTestName}${place === 0 ? '' : ` (${place + 1})`} > `
  return openBaselines(testPath!, settings().update, name)
}

/** The test that a matcher was called in. Throws where the verdict could not reach one. */
function runningTest({ task, poll }: MatcherState, matcher: string): RunnerTestCase {
  if (poll)
    throw new InputError(`${matcher}: \`expect.poll\` repeats until it passes; write \`await expect\``)
  if (!task) {
    throw new InputError(
      `${matcher}: belongs to no test; call it in a test, in a concurrent one on the \`expect\` of its context`,
    )
  }
  const { state, duration } = task.result ?? {}
  // Between the repetitions of a test, its state is that of the last one.
  const isRepeated = state === 'pass' && (task.repeats ?? 0) > 0 && duration === undefined
  if (state !== 'run' && state !== 'fail' && !isRepeated) {
    throw new InputError(`${matcher}: the test \`${task.name}\` has ended; call it before that, and await it`)
  }
  return task
}

/** The error with the stack of the matcher's call, so that Vitest shows the line of the test. */
function at(caller: Error, error: Error): Error {
  const frames = caller.stack?.split('\n').slice(1).join('\n')
  error.stack = `${error.name}: ${error.message}\n${frames}`
  return error
}

/** Whether the test has failed with this error already, because it awaited the matcher. */
function isReported(test: RunnerTestCase, error: Error): boolean {
  return test.result?.errors?.some(({ message }) => message === error.message) ?? false
}

/**
 * Vitest derives a promise of its own from a matcher's. If nobody awaits that one, its rejection is no news: the
 * test's hook has it.
 */
function quiet<Value>(promise: Promise<Value>): Promise<Value> {
  const original = promise.then.bind(promise)
  // biome-ignore lint/suspicious/noThenProperty: the method through which Vitest derives
  promise.then = (onFulfilled, onRejected) => /* oxlint-disable-line unicorn/no-thenable */ {
    const derived = original(onFulfilled, onRejected)
    derived.catch(() => {})
    return derived
  }
  return promise
}
