import { expect, test } from 'vitest'
import type { DecidableClause } from '../../../../src/contract/clause/clause.ts'
import { parseClause } from '../../../../src/contract/clause/parse-clause.ts'
import { withSecondVisit } from '../../../../src/contract/evaluate/relative/second-visit.ts'
import type { Verdict } from '../../../../src/contract/evidence.ts'
import type { Finding } from '../../../../src/contract/metrics/metric.ts'

const clause = parseClause('a fps >= 2x b fps', { variants: ['a', 'b'] }) as DecidableClause
const bound = 2 * 0.99
const changing = { timings: 100, slower: 10, pace: 0.6 }
const steady = { timings: 100, slower: 1, pace: 0.6 }

/** A ratio known to 0.4%. */
function found(verdict: Verdict, value: number): Finding {
  return {
    verdict,
    bound,
    estimate: {
      of: 'a fps / b fps',
      value,
      lower: value * 0.996,
      upper: value * 1.004,
      confidence: 0.94,
      unit: 'x',
    },
    samples: { count: 8, unit: 'blocks' },
    rule: 'sign-flip test',
    reason: `reason ${verdict}`,
    details: [],
    raw: verdict,
  }
}

async function decide(
  findings: readonly Finding[],
  { pace = changing, resume = false }: { pace?: typeof changing; resume?: boolean } = {},
) {
  const said: string[] = []
  const finding = await withSecondVisit(
    {
      clause,
      resume,
      anotherTime: async () => void said.push('another time'),
      onProgress: line => void said.push(line),
    },
    async number => {
      said.push(`visit ${number}`)
      return { finding: findings[number]!, pace }
    },
  )
  return { finding, said }
}

test('a verdict near its bound on a machine that changes its pace is confirmed at another time', async () => {
  const { finding, said } = await decide([found('upheld', 2), found('upheld', 1.99)])
  expect(said).toEqual(['visit 0', expect.stringContaining('near its bound'), 'another time', 'visit 1'])
  expect(finding).toMatchObject({
    verdict: 'upheld',
    estimate: { lower: 1.99 * 0.996, upper: 2 * 1.004 },
    samples: { count: 16, unit: 'blocks' },
    rule: 'sign-flip test; within 1.5% of the bound on a machine that changes its pace: visited again 0 s later, and both visits have to agree',
    details: [{ of: 'a fps / b fps, first visit' }, { of: 'a fps / b fps, second visit' }],
    raw: ['upheld', 'upheld'],
  })
  expect(finding.estimate.value).toBeCloseTo(1.995, 4)
  expect(finding.estimate.lower).toBeGreaterThan(bound)
})

test.each([
  ['upheld', 2, 'violated', 1.96, 'contradict each other'],
  ['violated', 1.96, 'upheld', 2, 'contradict each other'],
  ['upheld', 2, 'inconclusive', 1.981, 'did not confirm what the first one found: reason inconclusive'],
  ['violated', 1.96, 'inconclusive', 1.981, 'did not confirm'],
] as const)('%s at %d and %s at %d is inconclusive', async (first, one, second, other, reason) => {
  const { finding } = await decide([found(first, one), found(second, other)])
  expect(finding.verdict).toBe('inconclusive')
  expect(finding.reason).toContain(reason)
  expect(finding.advice).toContain('tolerance')
  const { lower, upper } = finding.estimate
  expect([lower < bound, bound < upper]).toEqual([true, true])
})

test.each([
  ['a machine of one pace', found('upheld', 2), { pace: steady }],
  ['a ratio 3% from its bound', found('upheld', 2.04), {}],
  ['what one visit did not decide', found('inconclusive', 1.981), {}],
  ['runs that add up', found('upheld', 2), { resume: true }],
] as const)('%s: one visit', async (_, first, options) => {
  const { finding, said } = await decide([first], options)
  expect(said).toEqual(['visit 0'])
  expect(finding).toBe(first)
})
