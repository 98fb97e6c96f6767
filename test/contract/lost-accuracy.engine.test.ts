import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** The digits in INT8 with images cut off at an eighth of their range, which takes what is drawn on them. */
async function clipped(): Promise<string> {
  const [model, path] = [digits.fp32, join(await temporaryDirectory(), 'clipped.onnx')]
  const data = await loadDataset({ npz: digits.calibration, limit: 50 }, 'calibration')
  const found = await calibrate({ model, data, method: 'minmax', grid: 'int8' })
  const ranges = new Map([...found, ['image', { min: -0.125, max: 0.125 }]])
  const form = quantizableForm(await readModel(model))
  await writeModel(quantizeModel(form, { ranges, placement: 'tensorrt' }), path)
  return path
}

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
      clipped: { quantization: 'explicit', model: await clipped() },
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
    clipped: [expect.stringMatching(/^loses [6-9]\d\.\d points of accuracy against fp32/)],
    whole: [],
  })
})
