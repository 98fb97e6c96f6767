import { median } from 'simple-statistics'
import type { Engine } from '../../builder/engine.ts'
import { timedFeeds } from '../../builder/timed-feeds.ts'
import { measurePeakMemory } from '../../measure/peak-memory.ts'
import type { Estimate } from '../evidence.ts'
import type { Evaluation, Finding } from '../metrics/metric.ts'
import { againstBound, type ValueBound } from './against-bound.ts'
import { compareInterval, engineOf, subject } from './evaluation.ts'

/**
 * Decides clauses about peak memory from separate launches of one engine: the verdict stands if all launches
 * agree, because a handful of launches carries no more than that.
 */
export async function peakMemory(evaluation: Evaluation): Promise<Finding> {
  const { clause, engines } = evaluation
  const { bound } = clause
  const own = await peaks(subject(engines, clause.quantity), evaluation)
  const other =
    bound.kind === 'quantity'
      ? await peaks(engineOf(engines, bound.quantity.variant!), evaluation)
      : undefined
  const limits = bound.kind === 'value' ? bound : scaled(other!.estimate, bound.factor)
  const verdict = againstBound(clause, limits, limit =>
    compareInterval(own.estimate, clause.comparison, limit),
  )
  return {
    verdict,
    estimate: own.estimate,
    samples: { count: own.bytes.length, unit: 'launches' },
    rule: 'every launch on the same side of the bound',
    reason:
      verdict === 'inconclusive'
        ? 'the launches lie on both sides of the bound'
        : `every launch ${verdict === 'upheld' ? 'keeps' : 'misses'} the bound`,
    ...(verdict === 'inconclusive' && { advice: 'a wider tolerance (`within 5%`) would decide it' }),
    details: other ? [other.estimate] : [],
    raw: { bytes: own.bytes, ...(other && { against: other.bytes }) },
  }
}

function scaled({ value, lower, upper }: Estimate, factor: number): ValueBound {
  const interval = { lower: factor * lower, upper: factor * upper }
  return { kind: 'value', value: factor * value, text: '', interval }
}

async function peaks(engine: Engine, { signal, onProgress, clause }: Evaluation) {
  onProgress?.(`${clause.text}: launching ${engine.variant}`)
  const bytes = await measurePeakMemory(
    { id: engine.variant, model: engine.model },
    { feeds: timedFeeds(engine), seed: engine.context.seed, target: engine.context.target, signal },
  )
  const estimate: Estimate = {
    of: `${engine.variant} peak memory`,
    value: median(bytes),
    lower: Math.min(...bytes),
    upper: Math.max(...bytes),
    confidence: 1,
    unit: 'bytes',
  }
  return { bytes, estimate }
}
