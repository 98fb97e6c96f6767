import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { resumableTest } from '../../src/contract/evaluate/relative/resumable-test.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const alpha = { violated: 0.01, upheld: 0.05 }

test('blocks measured in several runs decide as in one', async () => {
  vi.stubEnv('QUANTRACT_CACHE', await temporaryDirectory())
  let question = 0
  const distances = fc.array(fc.double({ min: -0.02, max: 0.03, noNaN: true }), {
    minLength: 2,
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(distances, fc.integer({ min: 1, max: 39 }), async (blocks, cut) => {
      const decide = async (runs: readonly (readonly number[])[]) => {
        question++
        for (const [run, values] of runs.entries()) {
          const test = await resumableTest(question, alpha)
          expect(test.before).toEqual({ runs: run, blocks: runs.slice(0, run).flat().length })
          const verdict = values.map(value => test.add(value)).at(-1)
          await test.close()
          if (verdict) return verdict
        }
        return 'inconclusive'
      }
      expect(await decide([blocks.slice(0, cut), blocks.slice(cut)])).toBe(await decide([blocks]))
    }),
    { numRuns: 50 },
  )
})

test('a clear case is decided in either direction, and nothing is kept of it', async () => {
  const cache = await temporaryDirectory()
  vi.stubEnv('QUANTRACT_CACHE', cache)
  for (const [distance, verdict] of [
    [0.02, 'violated'],
    [-0.02, 'upheld'],
  ] as const) {
    const first = await resumableTest('clear', alpha)
    for (let block = 0; block < 5; block++) expect(first.add(distance)).toBeUndefined()
    await first.close()
    const second = await resumableTest('clear', alpha)
    for (let block = 0; block < 10; block++) second.add(distance)
    expect(second.add(distance)).toBe(verdict)
    await second.close()
    expect(await readdir(join(cache, 'inconclusive'))).toEqual([])
  }
})

test.each([
  '',
  'null',
  '{"runs": 1}',
  '{"runs": 1, "blocks": 9, "violated": {"magnitudes": [], "logWealth": [9]}, "upheld": {"magnitudes": [], "logWealth": [9]}}',
  '{"runs": 1, "blocks": 9, "violated": {"magnitudes": [1], "logWealth": [9, 9, 9, 9, null]}, "upheld": {"magnitudes": [], "logWealth": [0, 0, 0, 0, 0]}}',
])('evidence that is damaged is gathered anew: %s', async damaged => {
  const cache = await temporaryDirectory()
  vi.stubEnv('QUANTRACT_CACHE', cache)
  const first = await resumableTest('damaged', alpha)
  first.add(0.01)
  await first.close()
  const [name] = await readdir(join(cache, 'inconclusive'))
  await writeFile(join(cache, 'inconclusive', name!), damaged)
  const again = await resumableTest('damaged', alpha)
  expect(again.before).toEqual({ runs: 0, blocks: 0 })
  expect(again.add(0.01)).toBeUndefined()
})

test('an inconclusive clause goes on where it stopped', async () => {
  vi.stubEnv('QUANTRACT_CACHE', await temporaryDirectory())
  const engines = await buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    budgetSeconds: 0.1,
  })
  // So wide that launches never disagree by more, and error rates so small that 16 blocks do not decide.
  const clause = parseClause('a fps >= b fps within 95%', { variants: ['a', 'b'] })
  const run = () =>
    evaluateClause(clause, engines, { resume: true, alpha: { violated: 1e-12, upheld: 1e-12 } })
  const first = await run()
  expect(first).toMatchObject({
    verdict: 'inconclusive',
    rule: expect.stringContaining('symmetry e-process over blocks'),
    advice: expect.stringContaining('--resume'),
  })
  const second = await run()
  expect(second.rule).toContain(`with the evidence of ${first.samples.count} blocks of earlier runs`)
})
