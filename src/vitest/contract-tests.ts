import { beforeAll, describe, test } from 'vitest'
import { buildEngines } from '../build/build-engines.ts'
import type { Engines } from '../build/engine.ts'
import { loadContract } from '../contract/load-contract.ts'
import { formatOutcome } from '../report/format-outcome.ts'
import { expectUpheld } from './expect-upheld.ts'

/**
 * Defines the tests of a contract file: one per clause, named as the clause. What the plugin makes of such a file.
 *
 * @throws InputError where the file is no valid contract
 */
export async function contractTests(file: string): Promise<void> {
  const { title, spec, clauses, onInconclusive } = await loadContract(file)
  describe.sequential(title, () => {
    let engines: Engines
    beforeAll(async () => {
      engines = await buildEngines(spec)
    })
    for (const clause of clauses) {
      test(clause.text, { retry: 0 }, async ({ annotate, signal }) => {
        await expectUpheld(clause, engines, {
          signal,
          onInconclusive:
            onInconclusive === 'fail'
              ? undefined
              : async result => {
                  const warning = formatOutcome(result)
                  console.warn(warning)
                  await annotate(warning, 'warning')
                },
        })
      })
    }
  })
}
