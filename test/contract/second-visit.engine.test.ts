import { expect, test } from 'vitest'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { startLaunches, stopLaunches } from '../../src/measure/launches.ts'
import { machinePace } from '../../src/measure/pace/machine-pace.ts'
import { digits } from '../support/digits.ts'

test('near its bound on a machine that changes its pace a clause is decided by two visits', async () => {
  const [launch] = await startLaunches([{ id: 'a', model: digits.fp32 }], 1, {
    feeds: [],
    seed: 0,
    target: defaultTarget,
  })
  await stopLaunches([launch!])
  // A pace that no machine reaches again: all is below it, and counts because the machine is judged as it is.
  const gate = await machinePace(launch!.engines)
  gate.add(new Float64Array(4096).fill(1))
  const engines = await buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    budgetSeconds: 1,
    pace: 'any',
  })
  let asked = 0
  const clause = parseClause('a fps >= b fps within 1.2%', { variants: ['a', 'b'] })
  const found = await evaluateClause(clause, engines, { anotherTime: async () => void asked++ })
  // Equal engines are 1.2% from this bound; a busy machine may leave the first visit without a verdict.
  expect(found.verdict).not.toBe('violated')
  const [first] = found.details
  if (asked === 0)
    return expect(found.samples.unit === 'launches' || found.verdict === 'inconclusive').toBe(true)
  expect(found.rule).toContain('both visits have to agree')
  expect(first!.of).toBe('a fps / b fps, first visit')
  expect(found.raw).toHaveLength(2)
})
