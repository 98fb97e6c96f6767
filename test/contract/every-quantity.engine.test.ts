import { expect, test } from 'vitest'
import type { Clause } from '../../src/contract/clause/clause.ts'
import { loadContract } from '../../src/contract/file/load-contract.ts'
import { metrics } from '../../src/contract/metrics.ts'
import { runContract } from '../../src/contract/run-contract.ts'

test('the contract with every quantity is evaluated, and none of its bounds is missed on any machine', async () => {
  const contract = await loadContract('contracts/every-quantity.contract.json')
  expect(new Set(contract.clauses.map(({ quantity }) => quantity.metric))).toEqual(
    // The digits have neither targets nor boxes.
    new Set(metrics.filter(({ needs }) => needs !== 'evaluation').map(({ name }) => name)),
  )
  // Calibrated as the digits of other tests are, so that one of them has built it.
  const variants = { ...contract.spec.variants, implicit: { quantization: 'implicit' } } as const
  // A quarter of the images answers the same questions.
  const evaluation = { ...(contract.spec.evaluation as { npz: string }), limit: 200 }
  const { outcomes, engines } = await runContract({
    ...contract,
    // Clauses end when they are decided; a loaded machine needs longer for a p99.
    spec: { ...contract.spec, variants, evaluation, budgetSeconds: 3 },
  })
  // Beside other programs a speed may stay open, and float may be the implicit engine, which is no smaller.
  const isInt8 = engines.find(({ variant }) => variant === 'implicit')!.operators.Conv!.int8 > 0
  const expected = ({ text, quantity: { metric } }: Clause) =>
    / (fps|latency) /.test(` ${metric} `)
      ? expect.stringMatching(/^(upheld|inconclusive)$/)
      : text.startsWith('implicit size') && !isInt8
        ? 'violated'
        : 'upheld'
  expect(
    outcomes.map(outcome => [outcome.clause, 'error' in outcome ? outcome.error : outcome.verdict]),
  ).toEqual(contract.clauses.map(clause => [clause.text, expected(clause)]))
})
