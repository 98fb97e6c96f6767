import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { decidingSqnr } from '../../src/builder/guard/output-errors.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { newFolder } from '../cli/run-cli.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { outlierModel, writeOutlierData } from '../support/models/outlier.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'

test('a build without time compares all INT8 with float in a few inferences, says so, and the outputs hold', async () => {
  const cwd = await newFolder()
  const [model, calibration] = [join(cwd, 'slow.onnx'), join(cwd, 'samples.npz')]
  const [channels, size] = [64, 64]
  const layers = ['one', 'two', 'three'].map((name, i) =>
    conv(name, i === 0 ? 'x' : `r${i}`, `c${i + 1}`, [channels, channels]),
  )
  const relus = [1, 2].map(i => makeNode('Relu', `relu_${i}`, [`c${i}`], [`r${i}`]))
  await writeModel(
    buildModel({
      inputs: { x: ['n', channels, size, size] },
      outputs: ['c3'],
      nodes: [...layers[0]!.nodes, relus[0]!, ...layers[1]!.nodes, relus[1]!, ...layers[2]!.nodes],
      initializers: layers.flatMap(({ initializers }) => initializers),
    }),
    model,
  )
  const x = randomFloats(8 * channels * size * size, 'samples')
  await writeNpz(calibration, { x: { shape: [8, channels, size, size], data: x } })
  const { built } = await buildEngines({
    model,
    calibration,
    buildSeconds: 0.1,
    variants: { built: { quantization: 'implicit' } },
  })
  expect(built.tuning).toMatchObject({
    hurried: true,
    candidates: [{ name: 'all float' }, { name: 'all INT8' }],
  })
  expect(built.notes).toContainEqual(
    expect.stringMatching(/^no time was left in 0\.1 s to compare plans: all INT8 and float ran a few times/),
  )
  expect(built.notes.join()).not.toContain('noise decided')
  for (const output of built.outputErrors!.outputs) expect(decidingSqnr(output)).toBeGreaterThan(15)
})

test('a build without time that starts below the bound still tries a few engines before all ends in float', async () => {
  const cwd = await newFolder()
  const [model, calibration] = [join(cwd, 'outlier.onnx'), join(cwd, 'samples.npz')]
  await writeModel(outlierModel(), model)
  await writeOutlierData(calibration, 16)
  const { placed, built } = await buildEngines({
    model,
    calibration,
    buildSeconds: 0.01,
    variants: {
      placed: { quantization: 'explicit', placement: 'onnxruntime', calibration: 'minmax' },
      built: { quantization: 'implicit', calibration: 'minmax' },
    },
  })
  expect(placed.operators.Conv!.int8).toBeGreaterThan(0)
  expect(placed.outputErrors!.returned).toContain('wide')
  for (const { outputErrors } of [placed, built]) {
    for (const output of outputErrors!.outputs) expect(decidingSqnr(output)).toBeGreaterThan(15)
  }
})
