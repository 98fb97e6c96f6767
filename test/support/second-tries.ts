import type { Reporter, TestCase } from 'vitest/node'

/** Names at the end of a run the tests that passed on their second try alone: each has a mistake, in it or in what it tests. */
export function secondTries(): Reporter {
  const found: TestCase[] = []
  return {
    onTestCaseResult(test) {
      if (test.diagnostic()?.flaky) found.push(test)
    },
    onTestRunEnd() {
      for (const test of found) {
        const errors = test.result().errors ?? []
        console.log(`PASSED ON A SECOND TRY: ${test.module.moduleId} > ${test.fullName}`)
        for (const { message } of errors) console.log(`  the first: ${message}`)
      }
    },
  }
}
