import type { MatcherResult, MatcherState } from 'vitest'
import { type ComparisonOptions, compareEngines } from './compare-engines.ts'
import { evaluateInTest } from './evaluate-in-test.ts'

/**
 * Passes if the engine's fps are at least those of another one, less the tolerance; the clause
 * `A fps >= B fps within T`. Both are measured anew, interleaved.
 *
 * @example await expect(engines.implicit).toBeAtLeastAsFastAs(engines.explicit, { within: '2%' })
 */
export function toBeAtLeastAsFastAs(
  this: MatcherState,
  received: unknown,
  other: unknown,
  options: ComparisonOptions = {},
): MatcherResult {
  const question = compareEngines('toBeAtLeastAsFastAs', received, other, 'fps', options)
  return evaluateInTest(this, toBeAtLeastAsFastAs, question)
}
