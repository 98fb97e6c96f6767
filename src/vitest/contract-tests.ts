import { relative } from 'node:path'
import type { TestContext } from 'vitest'
import { buildEngines } from '../builder/build-engines.ts'
import type { Engines } from '../builder/engine.ts'
import { openBaselines } from '../contract/baselines/baselines.ts'
import { baselineQuantities } from '../contract/baselines/evaluate-baseline.ts'
import type { Clause } from '../contract/clause/clause.ts'
import { describeEngines } from '../contract/describe-engines.ts'
import { differingSamples } from '../contract/differing-samples.ts'
import { errorBudget } from '../contract/error-budget.ts'
import type { ClauseOutcome, ClauseResult } from '../contract/evidence.ts'
import { explainCommand } from '../contract/explain-command.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import type { ImportModule } from '../contract/file/load-metrics-module.ts'
import type { Place } from '../contract/file/located-json.ts'
import { placeInMessage, placeOfError } from '../contract/file/place-of-error.ts'
import { environment } from '../engine/environment.ts'
import { logProgress } from '../log-progress.ts'
import { intervalImage } from '../report/behaviour/interval-chart.ts'
import { formatOutcome } from '../report/format-outcome.ts'
import { expectUpheld } from './expect-upheld.ts'
import { explainViolated } from './explain-violated.ts'
import { type ContractRecord, record } from './records.ts'
import { settings } from './settings.ts'

export { beforeAll, describe, test } from 'vitest'

/** A contract file whose tests are written down in the module that stands for it (contract-module.ts). */
export interface ContractTests {
  /** Builds the engines, before the first test. */
  build(): Promise<void>
  /** Decides a clause: what its test does, and awaits, because Vitest looks for the place of an annotation on the stack. */
  check(index: number, context: TestContext): Promise<void>
}

/**
 * Opens a contract file.
 *
 * @param importModule Vitest's own import, which knows TypeScript.
 * @throws InputError if the file is no valid contract
 */
export async function openContract(file: string, importModule: ImportModule): Promise<ContractTests> {
  // The path is in the messages: short, and where terminals make links of paths, one that opens.
  const contract = await loadContract(relative('', file), importModule).catch((error: Error) => {
    throw placed(error, placeInMessage(error.message))
  })
  const { title, spec, clauses, onInconclusive } = contract
  const budget = errorBudget(contract)
  const baselines = openBaselines(file, settings().update)
  const explain = explainViolated(spec)
  const ran = new Set<number>()
  let engines: Engines
  /** For the first test that runs to tell. */
  let described: ContractRecord | undefined
  return {
    async build() {
      engines = await buildEngines(spec, { onProgress: logProgress(console.log) }).catch((error: Error) => {
        throw placed(error, placeOfError(contract, error.message) ?? { line: 1, column: 1 })
      })
      described = { title, onInconclusive, ran: await ranOn(engines) }
    },
    async check(index, context) {
      const { annotate, signal, task } = context
      const clause = clauses[index]!
      let isViolated = false
      if (described) record(task, { contract: described })
      described = undefined
      // A run of some of the clauses, as by `-t`, says nothing about the others.
      if (ran.add(index).size === clauses.length) await baselines.removeOthers(baselineQuantities(clauses))
      const evaluation = expectUpheld(clause, engines, {
        signal,
        onProgress: logProgress(console.log),
        onInconclusive,
        alpha: budget.alpha,
        baselines,
        onOutcome: outcome => {
          budget.record(clause, outcome)
          isViolated = 'verdict' in outcome && outcome.verdict === 'violated'
          record(task, { outcomes: [outcome], explain: explanationOf(clause, outcome) })
        },
      })
      const result = await evaluation.catch(async (error: Error) => {
        if (isViolated && settings().explain) await explain(clause, engines, context)
        throw placed(error, clause.place)
      })
      await show(result, annotate)
    },
  }

  function explanationOf(clause: Clause, outcome: ClauseOutcome): string[] {
    const isViolated = 'verdict' in outcome && outcome.verdict === 'violated'
    const command = isViolated ? explainCommand(relative('', file), spec, clause) : undefined
    return command === undefined ? [] : [command]
  }

  /** A contract has no lines of code to show: an error says all in its message, and stands where its clause does. */
  function placed(error: Error, place: Place | undefined): Error {
    if (error.name !== 'InputError' && error.name !== 'AssertionError') return error
    const frame = place ? `\n    at ${file}:${place.line}:${place.column}` : ''
    error.stack = `${error.name}: ${error.message}${frame}`
    return error
  }
}

/** The engines, how fast and how accurate they are, and where they run. */
async function ranOn(engines: Engines): Promise<ContractRecord['ran']> {
  const { context } = Object.values(engines)[0]!
  const { target, accelerator } = context
  const described = await describeEngines(engines, { onProgress: logProgress(console.log) })
  const differing = differingSamples(engines, described)
  return {
    engines: described,
    ...(differing && { differing }),
    environment: { ...environment(), ...(accelerator && { accelerator }) },
    target,
  }
}

/** Shows the evidence with the test; terminals show it only if it is a warning. */
async function show(result: ClauseResult, annotate: TestContext['annotate']): Promise<void> {
  const text = formatOutcome(result)
  const isUpheld = result.verdict === 'upheld'
  if (!isUpheld) console.warn(text)
  const body = intervalImage(result)
  const chart = { contentType: 'image/svg+xml', body, bodyEncoding: 'utf-8' } as const
  await annotate(text, isUpheld ? 'notice' : 'warning', ...(body === '' ? [] : [chart]))
}
