import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parsePrecision } from '../../src/builder/parse-precision.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { InputError } from '../../src/errors.ts'
import { digits } from '../support/digits.ts'

async function compare(precision: string | undefined, budgetSeconds: number, own?: number) {
  const engines = await buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    budgetSeconds,
    ...(precision !== undefined && { precision }),
  })
  return evaluateClause({ ...clause, ...(own !== undefined && { precision: own }) }, engines)
}

/** Decided by the first few blocks; so wide that launches never disagree by more. */
const clause = parseClause('a fps >= b fps within 95%', { variants: ['a', 'b'] })

test('a comparison goes on past its verdict for the precision that is asked for', async () => {
  const quick = await compare(undefined, 3)
  const narrow = await compare('0.01%', 3)
  expect([quick.verdict, narrow.verdict]).toEqual(['upheld', 'upheld'])
  expect(quick.rule).not.toContain('interval')
  expect(narrow.rule).toContain('the interval did not get within ±0.01%')
})

test('the precision of a clause counts before that of its contract', async () => {
  const { rule } = await compare('95%', 1, 0.0001)
  expect(rule).toContain('the interval did not get within ±0.01%')
})

test.each(['1', '0%', '100%', '-1%', 'fine'])('a precision of %s is refused', text => {
  expect(() => parsePrecision(text)).toThrow(InputError)
})

test('an error rate that takes more blocks than a small budget has is no error', async () => {
  const engines = await buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    // A few inferences: fewer than 15 blocks at any speed.
    budgetSeconds: 0.001,
  })
  const { verdict } = await evaluateClause(clause, engines, { alpha: { violated: 0.00005, upheld: 0.05 } })
  expect(verdict).not.toBe('violated')
})
