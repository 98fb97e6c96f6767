import type { TestContext } from 'vitest'
import type { BuildSpec } from '../builder/build-spec.ts'
import type { Engines } from '../builder/engine.ts'
import type { Clause } from '../contract/clause/clause.ts'
import { explainSpeeds } from '../contract/explain-speeds.ts'
import { whatExplains } from '../contract/what-explains.ts'
import { messageOf } from '../errors.ts'
import { recordedExplanation } from '../explain/explanation-record.ts'
import { logProgress } from '../log-progress.ts'
import { explanationSummary } from '../report/explanation/explanation-summary.ts'
import { formatExplanation } from '../report/explanation/format-explanation.ts'
import { record } from './records.ts'

/**
 * Says of violated clauses about speeds why, layer by layer, with the test that they belong to.
 *
 * @returns what does so for one clause; each two engines are profiled once
 */
export function explainViolated(spec: BuildSpec) {
  const known = new Set<string>()
  return async (clause: Clause, engines: Engines, { annotate, signal, task }: TestContext) => {
    const pair = whatExplains(spec, clause)?.pair?.toSorted().join()
    if (pair === undefined || known.has(pair)) return
    known.add(pair)
    try {
      const found = await explainSpeeds([clause], spec, engines, {
        signal,
        onProgress: logProgress(console.log),
      })
      record(task, { explanations: found })
      for (const explanation of found.map(recordedExplanation)) {
        const body = formatExplanation(explanation)
        const attachment = { contentType: 'text/plain', body, bodyEncoding: 'utf-8' } as const
        await annotate(explanationSummary(explanation).join('\n'), 'notice', attachment)
      }
    } catch (error) {
      // The verdict is there: an engine that cannot be profiled takes nothing of it back.
      signal.throwIfAborted()
      console.warn(`where the time goes cannot be said: ${messageOf(error)}`)
    }
  }
}
