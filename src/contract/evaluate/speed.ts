import type { Evaluation, Finding } from '../metrics/metric.ts'
import { absoluteSpeed } from './absolute-speed.ts'
import { checkOnDevice } from './check-on-device.ts'
import { engineOf, subject } from './evaluation.ts'
import { everyBuild } from './every-build.ts'
import { relativeSpeed } from './relative-speed.ts'
import type { SpeedStatistic } from './speed-statistic.ts'

/** Decides clauses about a speed: of one engine against a number, or of two against each other. */
export async function speed(evaluation: Evaluation, statistic: SpeedStatistic): Promise<Finding> {
  const { clause, engines } = evaluation
  const { bound, quantity } = clause
  const a = subject(engines, quantity)
  checkOnDevice(a)
  if (bound.kind === 'value') {
    return everyBuild(each => absoluteSpeed(each, statistic, bound.value))(evaluation)
  }
  const b = engineOf(engines, bound.quantity.variant!)
  checkOnDevice(b)
  return relativeSpeed(evaluation, statistic, a, b, bound.factor)
}
