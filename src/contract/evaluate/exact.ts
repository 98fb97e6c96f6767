import type { Engine } from '../../builder/engine.ts'
import type { Estimate, Unit } from '../evidence.ts'
import type { Evaluation, Evaluator, Finding } from '../metrics/metric.ts'
import { againstBound } from './against-bound.ts'
import { compareExactly, engineOf, subject, withTolerance } from './evaluation.ts'

/** A property of an engine that is known, not estimated. */
export interface Property {
  readonly unit: Unit
  readonly of: (engine: Engine) => number
  readonly rule: string
  /** What one of is enough to know it. */
  readonly samples: string
}

/** Decides clauses about a property of engines, e.g. a file size. */
export function exact(property: Property): Evaluator {
  return async evaluation => decide(evaluation, property)
}

function decide({ clause, engines }: Evaluation, { unit, of, rule, samples }: Property): Finding {
  const { metric } = clause.quantity
  const value = of(subject(engines, clause.quantity))
  const known = (name: string, figure: number): Estimate => ({
    of: name,
    value: figure,
    lower: figure,
    upper: figure,
    confidence: 1,
    unit,
  })
  const details: Estimate[] = []
  let { bound } = clause
  if (bound.kind === 'quantity') {
    const { factor, quantity } = bound
    const other = of(engineOf(engines, quantity.variant!))
    details.push(known(`${quantity.variant} ${metric}`, other))
    bound = { kind: 'value', value: factor * other, text: '' }
  }
  const verdict = againstBound(clause, bound, limit => compareExactly(value, clause.comparison, limit))
  return {
    verdict,
    estimate: known(`${clause.quantity.variant} ${metric}`, value),
    bound: withTolerance(bound.value, clause),
    samples: { count: 1, unit: samples },
    rule,
    reason: verdict === 'upheld' ? 'it keeps the bound' : 'it misses the bound',
    details,
  }
}
