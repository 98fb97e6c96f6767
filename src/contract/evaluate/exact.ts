import type { Engine } from '../../builder/engine.ts'
import type { Estimate, Unit } from '../evidence.ts'
import {
  compareExactly,
  type Evaluation,
  engineOf,
  type Finding,
  subject,
  withTolerance,
} from './evaluation.ts'

/** Properties of an engine that are known, not estimated. */
const properties: Readonly<
  Record<string, { unit: Unit; of: (engine: Engine) => number; rule: string; samples: string }>
> = {
  size: { unit: 'bytes', of: engine => engine.bytes, rule: 'file size, exact', samples: 'file' },
  'build time': {
    unit: 's',
    of: engine => engine.buildSeconds,
    rule: 'wall time of the build',
    samples: 'build',
  },
}

/** Decides clauses about a file size or a build time. */
export async function exact({ clause, engines }: Evaluation): Promise<Finding> {
  const { metric } = clause.quantity
  const { unit, of, rule, samples } = properties[metric]!
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
  let bound: number
  if (clause.bound.kind === 'quantity') {
    const { factor, quantity } = clause.bound
    const other = of(engineOf(engines, quantity.variant!))
    details.push(known(`${quantity.variant} ${metric}`, other))
    bound = factor * other
  } else if (clause.bound.kind === 'value') {
    bound = clause.bound.value
  } else {
    throw new TypeError('baselines are refused before evaluation')
  }
  const verdict = compareExactly(value, clause.comparison, withTolerance(bound, clause))
  return {
    verdict,
    estimate: known(`${clause.quantity.variant} ${metric}`, value),
    samples: { count: 1, unit: samples },
    rule,
    reason: verdict === 'upheld' ? 'it keeps the bound' : 'it misses the bound',
    details,
  }
}
