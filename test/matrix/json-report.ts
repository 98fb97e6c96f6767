import type { TestRecord } from '../../src/vitest/records.ts'

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly meta?: { readonly quantract?: TestRecord } }[]
  }[]
}

/** The JSON report; of the evidence of a clause only what it came to, because most of it is measured. */
export function jsonReport(text: string): string {
  const report = JSON.parse(text) as Report
  for (const test of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const { quantract } = test.meta ?? {}
    if (quantract) Object.assign(test.meta!, { quantract: shortened(quantract) })
  }
  return JSON.stringify(report, undefined, 1)
}

function shortened({ outcomes, explain, contract }: TestRecord) {
  return {
    ...(contract && {
      contract: contract.title,
      engines: contract.ran?.engines.map(({ variant }) => variant),
    }),
    outcomes: outcomes.map(outcome =>
      'error' in outcome ? outcome.error : `${outcome.clause}: ${outcome.verdict}`,
    ),
    explain,
  }
}
