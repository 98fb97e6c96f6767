import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { buildModel, randomTensor } from '../../support/models/model-builder.ts'
import { writeNpz } from '../../support/npz/write-npz.ts'
import { randomFloats } from '../../support/random-floats.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

test('an output that is random in float, too, is not compared, and its layers stay in INT8', async () => {
  const directory = await temporaryDirectory()
  const [model, data] = [join(directory, 'vae.onnx'), join(directory, 'x.npz')]
  const sampler = buildModel({
    inputs: { x: ['n', 32] },
    outputs: ['mean', 'sample'],
    nodes: [
      makeNode('MatMul', 'encoder', ['x', 'w'], ['mean']),
      makeNode('RandomNormalLike', 'noise', ['mean'], ['e']),
      makeNode('Add', 'add', ['mean', 'e'], ['z']),
      makeNode('MatMul', 'decoder', ['z', 'v'], ['sample']),
    ],
    initializers: [randomTensor('w', [32, 32]), randomTensor('v', [32, 32])],
  })
  await writeModel(sampler, model)
  await writeNpz(data, { x: { shape: [20, 32], data: randomFloats(640, 'sampler') } })
  const { int8 } = await buildEngines({
    model,
    calibration: data,
    variants: { int8: { quantization: 'explicit', placement: 'onnxruntime', calibration: 'minmax' } },
  })
  expect(int8.outputErrors!.random).toEqual(['sample'])
  expect(int8.outputErrors!.outputs.map(({ name }) => name)).toEqual(['mean'])
  expect(int8.operators.MatMul).toEqual({ total: 2, int8: 2 })
  expect(int8.notes).toContain(
    'output `sample` is random: the float model itself, given the same sample twice, answers otherwise, so it is not compared',
  )
})
