import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { saturatingModel, writeSaturatingData } from '../support/models/saturating.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { unitRanges } from '../support/unit-ranges.ts'

test.each([
  ['with labels', true, 'labels'],
  ['without labels', false, 'expectation'],
] as const)('an explicit variant that gives wrong answers is no candidate, %s', async (_, labelled, by) => {
  const directory = await temporaryDirectory()
  const [model, wrong, data] = ['float.onnx', 'wrong.onnx', 'data.npz'].map(file =>
    join(directory, file),
  ) as [string, string, string]
  const float = saturatingModel()
  await writeModel(float, model)
  await writeSaturatingData(data, 64)
  // Ranges so narrow that all activations saturate: one class for every sample.
  const ranges = unitRanges(float, { min: 0, max: 0.01 })
  await writeModel(quantizeModel(quantizableForm(float), { ranges, placement: 'onnxruntime' }), wrong)
  const { implicit } = await buildEngines({
    model,
    calibration: data,
    ...(labelled && { evaluation: data }),
    buildSeconds: 40,
    variants: {
      explicit: { quantization: 'explicit', model: wrong },
      implicit: { quantization: 'implicit' },
    },
  })
  expect(implicit.notes.join('\n')).toMatch(/`explicit` is no candidate: it loses \d+(\.\d+)?% of accuracy/)
  expect(implicit.tuning!.candidates.map(({ name }) => name)).not.toContain('as explicit')
  // Of the samples without labels some are held back.
  const samples = by === 'labels' ? 64 : 58
  expect(implicit.tuning!.accuracy).toMatchObject({ by, byDefault: true, samples, maxDrop: 1 / samples })
})
