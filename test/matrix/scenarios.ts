/** What becomes of clauses, and of the test files that ask about them: a run of Vitest each. */
export interface Scenario {
  readonly name: string
  /** Folder of test/fixtures. */
  readonly project: 'vitest-contracts' | 'vitest-matchers'
  readonly args: readonly string[]
  readonly exitCode: 0 | 1
}

export const scenarios: readonly Scenario[] = [
  { name: 'upheld', project: 'vitest-contracts', args: ['upheld.contract'], exitCode: 0 },
  { name: 'violated', project: 'vitest-contracts', args: ['violated.contract'], exitCode: 1 },
  { name: 'inconclusive, fail', project: 'vitest-contracts', args: ['inconclusive.contract'], exitCode: 1 },
  { name: 'inconclusive, warn', project: 'vitest-contracts', args: ['warned.contract'], exitCode: 0 },
  { name: 'broken', project: 'vitest-contracts', args: ['missing-model.contract'], exitCode: 1 },
  { name: 'misspelt', project: 'vitest-contracts', args: ['misspelt.contract'], exitCode: 1 },
  {
    name: 'un-awaited',
    project: 'vitest-matchers',
    args: ['unawaited.test', '-t', '^ ?(violated|inconclusive|innocent)$'],
    exitCode: 1,
  },
  { name: 'retried', project: 'vitest-matchers', args: ['retry.test', '--retry=3'], exitCode: 1 },
]
