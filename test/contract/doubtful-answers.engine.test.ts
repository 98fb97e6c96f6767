import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { NodeProto } from '../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, tensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const [samples, classes] = [16, 4]

/** What is said of a model that gives scores from x of shape [batch, 4], on samples of which a quarter has a tie. */
async function notesOf(...nodes: NodeProto[]): Promise<readonly string[]> {
  const directory = await temporaryDirectory()
  const [model, npz] = [join(directory, 'model.onnx'), join(directory, 'data.npz')]
  const initializers = [
    tensor('zero', [1], Float32Array.of(0)),
    tensor('bias', [4], Float32Array.of(0.3, 0.1, 0.2, 0)),
  ]
  await writeModel(
    buildModel({ inputs: { x: ['batch', classes] }, outputs: ['y'], nodes, initializers }),
    model,
  )
  const x = Float32Array.from({ length: samples * classes }, (_, i) => {
    const [sample, c] = [Math.floor(i / classes), i % classes]
    return Number(c === sample % classes) + Number(sample % 4 === 0 && c === 3)
  })
  await writeNpz(npz, {
    x: { shape: [samples, classes], data: x },
    label: { shape: [samples], data: Int32Array.from({ length: samples }, (_, i) => i % classes) },
  })
  const engines = await buildEngines({
    model,
    evaluation: npz,
    variants: { fp32: { quantization: 'none' } },
    budgetSeconds: 0.5,
  })
  const [fp32] = await describeEngines(engines, {})
  return fp32!.notes
}

test('scores that are the same for every sample are told', async () => {
  const nodes = [makeNode('Mul', 'mul', ['x', 'zero'], ['m']), makeNode('Add', 'add', ['m', 'bias'], ['y'])]
  expect(await notesOf(...nodes)).toEqual([
    'gives the same scores for all 16 samples: the model or the data are not what they should be',
  ])
})

test('ties are told, and which class counts', async () => {
  expect(await notesOf(makeNode('Sqrt', 'sqrt', ['x'], ['y']))).toEqual([
    'in 4 of 16 samples several classes share the highest score: the first of them counts, as with argmax',
  ])
})

test('an engine that answers otherwise when it is asked again is told', async () => {
  const nodes = [
    makeNode('RandomUniformLike', 'dropout', ['x'], ['r']),
    makeNode('Add', 'add', ['x', 'r'], ['y']),
  ]
  expect(await notesOf(...nodes)).toEqual([
    expect.stringMatching(
      /^answers otherwise when it is asked again \(`y` of the same sample differs by up to 0\.\d+\): no figure about its outputs can be repeated/,
    ),
  ])
})

test('of answers as they should be nothing is said', async () => {
  expect(await notesOf(makeNode('Add', 'add', ['x', 'bias'], ['y']))).toEqual([])
})
