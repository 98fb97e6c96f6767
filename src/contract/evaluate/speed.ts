import { backendOf } from '../../backends/backends.ts'
import type { Engine } from '../../builder/engine.ts'
import { describeFallback } from '../../engine/fallback.ts'
import { InputError } from '../../errors.ts'
import type { Evaluation, Finding } from '../metrics/metric.ts'
import { absoluteSpeed } from './absolute/absolute-speed.ts'
import { everyBuild } from './builds/every-build.ts'
import { engineOf, subject } from './evaluation.ts'
import { relativeSpeed } from './relative/relative-speed.ts'
import type { SpeedStatistic } from './speed-statistic.ts'

/** Decides clauses about a speed: of one engine against a number, or of two against each other. */
export async function speed(evaluation: Evaluation, statistic: SpeedStatistic): Promise<Finding> {
  const { clause, engines } = evaluation
  const { bound, quantity } = clause
  const a = subject(engines, quantity)
  checkOnDevice(a)
  if (bound.kind === 'value') {
    return everyBuild(each => absoluteSpeed(each, statistic, bound))(evaluation)
  }
  const b = engineOf(engines, bound.quantity.variant!)
  checkOnDevice(b)
  return relativeSpeed(evaluation, statistic, a, b, bound.factor)
}

/** Throws InputError if the CPU ran part of an engine: its speed would be that of no device. */
function checkOnDevice({ variant, fallback, context }: Engine): void {
  if (!fallback) return
  const place = backendOf(context.target).words.place(context.target)
  throw new InputError(
    `variant \`${variant}\` does not run on ${place} alone: ${describeFallback(fallback)}; give a model without them, or leave clauses about its speed out`,
  )
}
