import { expect, test } from 'vitest'
import type { Engine } from '../../../../src/builder/engine.ts'
import type { DecidableClause } from '../../../../src/contract/clause/clause.ts'
import { parseClause } from '../../../../src/contract/clause/parse-clause.ts'
import type { Measured } from '../../../../src/contract/evaluate/relative/measured.ts'
import { relativeFinding } from '../../../../src/contract/evaluate/relative/relative-finding.ts'
import { fps } from '../../../../src/contract/metrics/fps.ts'
import type { PairBlock } from '../../../../src/measure/pair.ts'
import { formatOutcome } from '../../../../src/report/format-outcome.ts'

const clause = parseClause('a fps >= b fps', { variants: ['a', 'b'] }) as DecidableClause
const engine = (variant: string) =>
  ({ variant, context: { target: { batch: 1 }, pace: 'full', tolerance: undefined } }) as unknown as Engine

/** A takes 1 ms, B takes 2. */
const block: PairBlock = {
  launch: 0,
  orders: ['ABBA'],
  quads: [[1, 2, 2, 1].map(milliseconds => Float64Array.of(milliseconds))],
}

test('one block beside the evidence of earlier runs: the verdict stands, and its interval has one end', () => {
  const finding = relativeFinding({
    clause,
    metric: fps,
    alpha: { violated: 0.01, upheld: 0.05 },
    tolerance: 0.01,
    a: engine('a'),
    b: engine('b'),
    builds: 1,
    blocks: [block],
    values: [Math.log(1 / 2)],
    boundary: -Math.log(0.99),
    sign: 1,
    verdict: 'upheld',
    plan: { quads: 1, segmentLength: 1, dropped: 0, statistic: 'minimum', seconds: 1 },
    before: { runs: 1, blocks: 12 },
    dropped: 0,
    maxBlocks: 120,
    seed: 1,
    pace: { timings: 20, slower: 19, pace: 0.5 },
    isSlow: false,
    slower: [],
  } satisfies Measured)
  expect(finding).toMatchObject({ verdict: 'upheld', estimate: { value: 2, upper: Infinity } })
  expect(finding.estimate.lower).toBeCloseTo(0.99)
  const shown = formatOutcome({ ...finding, clause: clause.text, seconds: 1 })
  expect(shown).toContain('a fps / b fps: 2.0× (95% interval 1.0 to ∞); 1 block in 1.00 s')
  expect(shown).not.toMatch(/NaN|undefined|Infinity/)
})
