import { expect, test } from 'vitest'
import { loadContract } from '../../src/contract/file/load-contract.ts'
import { metrics } from '../../src/contract/metrics.ts'
import { runContract } from '../../src/contract/run-contract.ts'

test('the contract with every quantity is evaluated, and upheld with bounds that any machine keeps', async () => {
  const contract = await loadContract('contracts/every-quantity.contract.json')
  expect(new Set(contract.clauses.map(({ quantity }) => quantity.metric))).toEqual(
    // The digits have neither targets nor boxes.
    new Set(metrics.filter(({ needs }) => needs !== 'evaluation').map(({ name }) => name)),
  )
  // Calibrated as the digits of other tests are, so that one of them has built it.
  const variants = { ...contract.spec.variants, implicit: { quantization: 'implicit' } } as const
  // A quarter of the images answers the same questions.
  const evaluation = { ...(contract.spec.evaluation as { npz: string }), limit: 200 }
  const { outcomes } = await runContract({
    ...contract,
    // Clauses end when they are decided; a loaded machine needs longer for a p99.
    spec: { ...contract.spec, variants, evaluation, budgetSeconds: 3 },
  })
  expect(
    outcomes.map(outcome => [outcome.clause, 'error' in outcome ? outcome.error : outcome.verdict]),
  ).toEqual(contract.clauses.map(({ text }) => [text, 'upheld']))
  // Beside other programs it takes minutes.
}, 900_000)
