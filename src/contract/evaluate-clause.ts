import type { Engines } from '../builder/engine.ts'
import { InputError } from '../errors.ts'
import type { Clause } from './clause/clause.ts'
import { absoluteSpeed } from './evaluate/absolute-speed.ts'
import { accuracy } from './evaluate/accuracy.ts'
import { checkOnDevice } from './evaluate/check-on-device.ts'
import {
  type Evaluation,
  type Evaluator,
  engineOf,
  type Finding,
  subject,
  usualAlpha,
} from './evaluate/evaluation.ts'
import { everyBuild } from './evaluate/every-build.ts'
import { exact } from './evaluate/exact.ts'
import { peakMemory } from './evaluate/peak-memory.ts'
import { relativeSpeed } from './evaluate/relative-speed.ts'
import { speedMetrics } from './evaluate/speed-metrics.ts'
import type { ClauseResult } from './evidence.ts'

/** Who decides which metric; everything else is a score per sample. */
const evaluators: Readonly<Record<string, Evaluator>> = {
  ...Object.fromEntries(Object.keys(speedMetrics).map(metric => [metric, speed])),
  size: everyBuild(exact),
  'build time': everyBuild(exact),
  'peak memory': peakMemory,
}

/**
 * Evaluates one clause into a verdict: measures what it talks about and decides.
 *
 * Throws InputError where the clause cannot be evaluated: that is an error, never a verdict.
 */
export async function evaluateClause(
  clause: Clause,
  engines: Engines,
  options: Partial<Pick<Evaluation, 'alpha' | 'resume' | 'signal' | 'onProgress' | 'onNotice'>> = {},
): Promise<ClauseResult> {
  if (clause.bound.kind === 'baseline') {
    throw new InputError(
      `\`${clause.text}\`: baselines are not available yet; compare with another variant or with a number`,
    )
  }
  const start = performance.now()
  const evaluate = evaluators[clause.quantity.metric] ?? everyBuild(accuracy)
  const finding = await evaluate({ alpha: usualAlpha, clause, engines, ...options })
  return {
    clause: clause.text,
    ...(clause.because !== undefined && { because: clause.because }),
    ...finding,
    seconds: (performance.now() - start) / 1000,
  }
}

async function speed(evaluation: Evaluation): Promise<Finding> {
  const { clause, engines } = evaluation
  const { bound, quantity } = clause
  const a = subject(engines, quantity)
  checkOnDevice(a)
  if (bound.kind !== 'quantity') {
    const { value } = bound as { value: number }
    return everyBuild(each => absoluteSpeed(each, value))(evaluation)
  }
  const b = engineOf(engines, bound.quantity.variant!)
  checkOnDevice(b)
  return relativeSpeed(evaluation, a, b, bound.factor)
}
