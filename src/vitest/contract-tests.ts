import { relative } from 'node:path'
import { beforeAll, describe, type TestContext, test } from 'vitest'
import { buildEngines } from '../builder/build-engines.ts'
import type { Engines } from '../builder/engine.ts'
import { errorBudget } from '../contract/error-budget.ts'
import type { ClauseResult } from '../contract/evidence.ts'
import { loadContract } from '../contract/load-contract.ts'
import type { ImportModule } from '../contract/load-metrics-module.ts'
import { formatOutcome } from '../report/format-outcome.ts'
import { visibleText } from '../visible-text.ts'
import { expectUpheld } from './expect-upheld.ts'

/**
 * Defines the tests of a contract file: one per clause, named as the clause. What the plugin makes of such a file.
 *
 * @param importModule Vitest's own import, which knows TypeScript.
 * @throws InputError if the file is no valid contract
 */
export async function contractTests(file: string, importModule: ImportModule): Promise<void> {
  // The path is in the messages: short, and where terminals make links of paths, one that opens.
  const contract = await loadContract(relative('', file), importModule).catch(throwWithoutStack)
  const { title, spec, clauses, onInconclusive } = contract
  describe(visibleText(title), { concurrent: false }, () => {
    let engines: Engines
    beforeAll(async () => {
      engines = await buildEngines(spec).catch(throwWithoutStack)
    })
    const budget = errorBudget(contract)
    for (const clause of clauses) {
      test(visibleText(clause.text), { retry: 0 }, async ({ annotate, signal }) => {
        const evaluation = expectUpheld(clause, engines, {
          signal,
          onInconclusive,
          alpha: budget.alpha,
          onResult: result => budget.record(clause, result),
        })
        await show(await evaluation.catch(throwWithoutStack), annotate)
      })
    }
  })
}

/** Shows the evidence with the test; terminals show it only if it is a warning. */
async function show(result: ClauseResult, annotate: TestContext['annotate']): Promise<void> {
  const text = formatOutcome(result)
  if (result.verdict === 'upheld') {
    await annotate(text, 'notice')
  } else {
    console.warn(text)
    await annotate(text, 'warning')
  }
}

/** A contract has no lines of code to show: an error says all in its message. */
function throwWithoutStack(error: Error): never {
  if (error.name === 'InputError' || error.name === 'AssertionError')
    error.stack = `${error.name}: ${error.message}`
  throw error
}
