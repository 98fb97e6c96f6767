import { join } from 'node:path'
import { expect, test } from 'vitest'
import { roundingNoise } from '../../../src/builder/guard/rounding-noise.ts'
import { calibrate } from '../../../src/calibration/calibrate.ts'
import { loadDataset } from '../../../src/data/load-dataset.ts'
import { feedsOf } from '../../../src/engine/feeds/feeds.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { newFolder } from '../../cli/run-cli.ts'
import { outlierModel, writeOutlierData } from '../../support/models/outlier.ts'

const target = { backend: 'onnxruntime', threads: 1, batch: 1 } as never

test('one inference tells where rounding takes most: at the tensor with the outlier', async () => {
  const directory = await newFolder()
  const [model, samples] = [join(directory, 'outlier.onnx'), join(directory, 'samples.npz')]
  const form = quantizableForm(outlierModel())
  await writeModel(form.model, model)
  await writeOutlierData(samples, 4)
  const data = await loadDataset(samples, 'calibration')
  const ranges = await calibrate({ model, data, method: 'minmax', grid: 'uint8' })
  const int8 = quantizeModel(form, { ranges })
  const feeds = feedsOf(data, [{ name: 'x', type: 'float32', shape: ['n', 8, 16, 16] }], 1)
  const noise = await roundingNoise({ float: form.model, int8 }, { feeds, target, directory })
  expect([...noise.keys()].toSorted()).toEqual(['body', 'head', 'relu_1', 'relu_2', 'side', 'stem', 'wide'])
  for (const share of noise.values()) expect(share).toBeGreaterThan(0)
  // Each adds what its tensors lose: inputs, outputs, and weights where there are any.
  for (const name of ['relu_1', 'body', 'relu_2', 'side']) expect(noise.get(name), name).toBeLessThan(5e-3)
  for (const name of ['wide', 'head']) expect(noise.get(name), name).toBeGreaterThan(0.1)
})
