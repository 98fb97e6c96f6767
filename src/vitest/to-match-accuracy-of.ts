import type { MatcherResult, MatcherState } from 'vitest'
import { type ComparisonOptions, compareEngines } from './compare-engines.ts'
import { evaluateInTest } from './evaluate-in-test.ts'

/**
 * Passes if the engine's accuracy is at least that of another one, less the tolerance in percentage points; the
 * clause `A accuracy >= B accuracy within T`. An engine that is better passes.
 *
 * @example await expect(engines.explicit).toMatchAccuracyOf(engines.fp32, { within: '0.5%' })
 */
export function toMatchAccuracyOf(
  this: MatcherState,
  received: unknown,
  other: unknown,
  options: ComparisonOptions = {},
): MatcherResult {
  const question = compareEngines('toMatchAccuracyOf', received, other, 'accuracy', options)
  return evaluateInTest(this, toMatchAccuracyOf, question)
}
