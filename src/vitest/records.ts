import type { ClauseOutcome } from '../contract/evidence.ts'
import type { ExplanationRecord } from '../explain/explanation-record.ts'
import type { ReportedRun } from '../report/ci/reported-run.ts'

/** What a test tells the reporter of its clauses, in its `meta`: plain data. */
export interface TestRecord {
  readonly outcomes: readonly ClauseOutcome[]
  readonly explain: readonly string[]
  /** Of engines that were profiled because a clause about them is violated. */
  readonly explanations?: readonly ExplanationRecord[]
  /** Of the contract that the test belongs to; absent if another test of it says so, or it belongs to none. */
  readonly contract?: ContractRecord
}

export type ContractRecord = Pick<ReportedRun, 'title' | 'onInconclusive' | 'ran'>

/** A test, as it runs or as it is reported. */
interface Task {
  readonly meta: object
}

const key = 'quantract'

/** Adds to what a test says. Raw numbers stay behind: reports have no use for them. */
export function record(
  test: Task,
  { outcomes = [], explain = [], explanations = [], contract }: Partial<TestRecord>,
): void {
  const before = recordOf(test.meta)
  const kept = outcomes.map(withoutRaw)
  const record: TestRecord = {
    ...before,
    ...(contract && { contract }),
    outcomes: [...(before?.outcomes ?? []), ...kept],
    explain: [...(before?.explain ?? []), ...explain],
    explanations: [...(before?.explanations ?? []), ...explanations],
  }
  Object.assign(test.meta, { [key]: record })
}

function withoutRaw(outcome: ClauseOutcome): ClauseOutcome {
  if ('error' in outcome) return outcome
  const copy: { raw?: unknown } & ClauseOutcome = { ...outcome }
  delete copy.raw
  return copy
}

/** What was recorded, if anything was. */
export function recordOf(meta: object): TestRecord | undefined {
  return (meta as { readonly [key]?: TestRecord })[key]
}
