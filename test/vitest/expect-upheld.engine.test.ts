import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { expectUpheld } from '../../src/vitest/expect-upheld.ts'
import { digits } from '../support/digits.ts'

test('clauses are evaluated one after the other, also after one that fails', async () => {
  const engines = await buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { a: { quantization: 'none' } },
    metrics: { broken: () => Number.NaN },
    budgetSeconds: 1,
  })
  const settled: string[] = []
  // By itself, the last would be settled first.
  const clauses = ['a fps > 1 fps', 'a broken < 1', 'a size < 1 GB']
  const results = await Promise.allSettled(
    clauses.map(text => {
      const clause = parseClause(text, { variants: ['a'], metrics: ['broken'] })
      return expectUpheld(clause, engines, {}).finally(() => settled.push(text))
    }),
  )
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(settled).toEqual(clauses)
})
