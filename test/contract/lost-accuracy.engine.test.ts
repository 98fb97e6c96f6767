import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { digits } from '../support/digits.ts'

test('an engine that has lost the answers of fp32 is told from one that has not, whatever the clauses say', async () => {
  // Unguarded, so that it does lose them.
  const placed = { quantization: 'explicit', placement: 'tensorrt', outputError: 'none' } as const
  const engines = await buildEngines({
    model: digits.fp32,
    calibration: { npz: digits.calibration, limit: 50 },
    evaluation: { npz: digits.evaluation, limit: 200 },
    budgetSeconds: 2,
    variants: {
      fp32: { quantization: 'none' },
      // Most of an image is background: the threshold of least divergence cuts off what is drawn on it.
      clipped: { ...placed, calibration: 'entropy' },
      whole: { ...placed, calibration: 'minmax' },
    },
  })
  const described = await describeEngines(engines, {})
  const losses = described.map(({ variant, notes }) => [
    variant,
    notes.filter(note => note.startsWith('loses')),
  ])
  expect(Object.fromEntries(losses)).toEqual({
    fp32: [],
    clipped: [
      expect.stringMatching(/^loses [89]\d\.\d points of accuracy against fp32: try ranges of another/),
    ],
    whole: [],
  })
})
