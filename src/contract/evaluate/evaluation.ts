import type { Engine, Engines } from '../../builder/engine.ts'
import { InputError } from '../../errors.ts'
import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Clause, Comparison, Quantity } from '../clause/clause.ts'
import type { Verdict } from '../evidence.ts'

/** Probability of each verdict if the clause says otherwise. */
export interface Alpha {
  readonly violated: number
  readonly upheld: number
}

/** Error rates of a clause: a false alarm stops a merge, so it is the rarer one. */
export const usualAlpha: Alpha = { violated: 0.01, upheld: 0.05 }

/** Coverage of every interval that is reported. */
export const confidence = 0.95

/** The engine of a variant. */
export function engineOf(engines: Engines, variant: string): Engine {
  const engine = engines[variant]
  if (!engine) throw new InputError(`no variant \`${variant}\`; there are ${Object.keys(engines).join(', ')}`)
  return engine
}

/** The engine that a quantity is about. */
export function subject(engines: Engines, { metric, variant }: Quantity): Engine {
  if (variant === undefined)
    throw new InputError(`\`${metric}\` needs a variant, e.g. \`implicit ${metric}\``)
  return engineOf(engines, variant)
}

/** Whether an exactly known value keeps the bound. */
export function compareExactly(value: number, comparison: Comparison, bound: number): Verdict {
  const holds = { '>=': value >= bound, '>': value > bound, '<=': value <= bound, '<': value < bound }
  return holds[comparison] ? 'upheld' : 'violated'
}

/** Verdict of an interval against a bound: inconclusive if the bound lies inside. */
export function compareInterval({ lower, upper }: Interval, comparison: Comparison, bound: number): Verdict {
  const low = compareExactly(lower, comparison, bound)
  return low === compareExactly(upper, comparison, bound) ? low : 'inconclusive'
}

/** The bound widened by the clause's tolerance, in the direction that grants slack. */
export function withTolerance(bound: number, { comparison, tolerance }: Clause): number {
  if (!tolerance) return bound
  const slack = tolerance.kind === 'relative' ? Math.abs(bound) * tolerance.value : tolerance.value
  return comparison.startsWith('>') ? bound - slack : bound + slack
}
