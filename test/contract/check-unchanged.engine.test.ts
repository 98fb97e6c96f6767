import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { runContract } from '../../src/contract/run-contract.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function contractOf(): Promise<Contract & { readonly model: string }> {
  const model = join(await temporaryDirectory(), 'model.onnx')
  copyFileSync(digits.fp32, model)
  const variants = { fp32: { quantization: 'none' } } as const
  const spec: BuildSpec = { model, calibration: 'random', variants, budgetSeconds: 1 }
  const clauses = [parseClause('fp32 size > 1 B', { variants: ['fp32'] })]
  return { title: 'replaced', spec, clauses, onInconclusive: 'fail', model }
}

test('a model that is replaced while its contract runs is an error, not a mixture', async () => {
  const { model, ...contract } = await contractOf()
  const run = runContract(contract, { onEngines: () => copyFileSync(digits.explicit, model) })
  await expect(run).rejects.toThrow(`${model} changed while the contract ran`)
})

test('one that is written again as it was is none', async () => {
  const { model, ...contract } = await contractOf()
  const { outcomes } = await runContract(contract, { onEngines: () => copyFileSync(digits.fp32, model) })
  expect(outcomes).toMatchObject([{ verdict: 'upheld' }])
})
