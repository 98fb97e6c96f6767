import { beforeAll, expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import type { Engines } from '../../src/builder/engine.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import type { ClauseResult } from '../../src/contract/evidence.ts'
import { runContract } from '../../src/contract/run-contract.ts'
import { digits } from '../support/digits.ts'

const spec = {
  model: digits.fp32,
  evaluation: { npz: digits.evaluation, is: 'sample' },
  variants: {
    fp32: { quantization: 'none' },
    // Two builds of one kind: what they are called does not matter here.
    implicit: { quantization: 'none' },
    explicit: { quantization: 'explicit', model: digits.explicit },
  },
  budgetSeconds: 4,
} as const satisfies BuildSpec

let engines: Engines<'fp32' | 'implicit' | 'explicit'>
const notices: string[] = []

beforeAll(async () => {
  engines = await buildEngines(spec)
})

function evaluate(text: string) {
  const clause = parseClause(text, { variants: Object.keys(engines) })
  return evaluateClause(clause, engines, { onNotice: sentence => notices.push(sentence) })
}

test('the overview runs the part of the first look and no more', async () => {
  const [fp32] = await describeEngines(engines, {})
  expect(fp32!.accuracy).toMatchObject({ confidence: 0.95, unit: 'fraction' })
  // One tenth of 800 samples: an interval of some percent.
  expect(fp32!.accuracy!.upper - fp32!.accuracy!.lower).toBeGreaterThan(0.02)
})

test('a clear case is decided by a part of the samples', async () => {
  const { verdict, samples, details, rule } = await evaluate('explicit accuracy gap to fp32 < 5%')
  expect(verdict).toBe('upheld')
  expect(samples.count).toBeLessThan(400)
  expect(details.map(({ of }) => of)).toEqual(['explicit accuracy', 'fp32 accuracy'])
  expect(rule).toContain('10 looks at up to 800 samples')
})

test.each([
  ['explicit accuracy gap to fp32 >= 5%', 'violated'],
  ['explicit accuracy gap to fp32 > -5%', 'upheld'],
  ['explicit accuracy gap to fp32 <= -5%', 'violated'],
  ['accuracy gap < 5%', 'upheld'],
  ['accuracy gap > 5%', 'violated'],
])('%s is %s', async (text, verdict) => {
  expect(await evaluate(text)).toMatchObject({ verdict })
})

test('too few samples are told beforehand, and end inconclusive after the last look', async () => {
  notices.length = 0
  const { verdict, samples, advice } = await evaluate('explicit accuracy gap to fp32 < 0.1%')
  expect(verdict).toBe('inconclusive')
  expect(samples.count).toBe(800)
  expect(notices).toEqual([expect.stringContaining('there are 800')])
  expect(advice).toContain(notices[0])
})

test('the table of engines ends with the accuracy on all samples that clauses have looked at', async () => {
  const text = 'explicit accuracy gap to fp32 < 0.1%'
  const { engines: described, outcomes } = await runContract({
    title: 'digits',
    spec,
    clauses: [parseClause(text, { variants: Object.keys(spec.variants) })],
    onInconclusive: 'fail',
  })
  const [{ details }] = outcomes as [ClauseResult]
  for (const { variant, accuracy, accuracySamples } of described) {
    if (variant === 'implicit') continue
    expect(accuracySamples).toBe(800)
    expect(details.find(({ of }) => of === accuracy!.of)).toEqual(accuracy)
  }
})
