import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { between, quantized, relu } from '../explain/onnxruntime/plant.ts'
import { profileModel } from '../explain/onnxruntime/profile-model.ts'
import { quantizedTensors } from '../support/describe-graph.ts'
import { buildModel, randomFeed, randomTensor } from '../support/models/model-builder.ts'
import { newFolder, runCli } from './run-cli.ts'

/** `between(relu)` with so little to multiply that a pair before the Relu takes half of the time: a load hides no such gain. */
function pointwise() {
  const attributes = { kernel_shape: [1n, 1n] }
  return buildModel({
    inputs: { x: [1, 4, 64, 64] },
    outputs: ['y'],
    nodes: [
      makeNode('Conv', 'first', ['x', 'first.weight'], ['c'], attributes),
      relu,
      makeNode('Conv', 'last', ['m', 'last.weight'], ['y'], attributes),
    ],
    initializers: [randomTensor('first.weight', [64, 4, 1, 1]), randomTensor('last.weight', [8, 64, 1, 1])],
  })
}

test('--fix writes the model with its Q moved, and says what that gains', async () => {
  const folder = await newFolder()
  const file = (name: string) => join(folder, name)
  await writeModel(quantized(pointwise(), 'onnxruntime'), file('good.onnx'))
  await writeModel(quantized(pointwise(), 'everywhere'), file('split.onnx'))
  const { exitCode, stdout, stderr } = await runCli([
    'explain',
    file('good.onnx'),
    file('split.onnx'),
    '--seconds=0.5',
    `--fix=${file('fixed.onnx')}`,
  ])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const gain = /fixed\.onnx: the model with (.*move-q-behind-activations.*), (\S+)x \[(\S+), (\S+)\]/.exec(
    stdout,
  )
  const [ratio, lower, upper] = gain!.slice(2).map(Number)
  expect(lower).toBeGreaterThan(1)
  expect(ratio).toBeGreaterThanOrEqual(lower!)
  expect(upper).toBeGreaterThanOrEqual(ratio!)

  expect((await readdir(folder)).toSorted()).toEqual(['fixed.onnx', 'good.onnx', 'split.onnx'])
  const fixed = await readModel(file('fixed.onnx'))
  expect(quantizedTensors(await readModel(file('split.onnx')))).toContain('c')
  expect(quantizedTensors(fixed)).not.toContain('c')
  expect(quantizedTensors(fixed)).toContain('m')
  const { layers } = await profileModel(fixed, [randomFeed('x', [1, 4, 64, 64])])
  expect(layers.map(({ op, nodes }) => `${op} ${nodes.join(' ')}`)).toContain('QLinearConv first relu')
})

test('--fix writes nothing where there is nothing to gain', async () => {
  const folder = await newFolder()
  const files = ['one.onnx', 'two.onnx'].map(name => join(folder, name))
  for (const file of files) await writeModel(quantized(between(relu), 'onnxruntime'), file)
  const { exitCode, stderr } = await runCli(['explain', ...files, '--seconds=0.5', '--fix=fixed.onnx'], {
    cwd: folder,
  })
  expect(exitCode).toBe(3)
  expect(stderr).toBe('nothing was written to fixed.onnx: no remedy made the model faster')
  expect((await readdir(folder)).toSorted()).toEqual(['one.onnx', 'two.onnx'])
})

test.for<[string[], string]>([
  [['a.onnx', 'b.onnx', '--fix=./b.onnx'], 'is what is to be explained'],
  [['a.onnx', 'b.onnx', '--fix=no/c.onnx'], '`--fix no/c.onnx`: its folder does not exist'],
  [['a.onnx', 'b.onnx', '--fix=c.onnx', '--no-remedies'], 'leave one away'],
  [['a.profile.json', 'b.profile.json', '--fix=c.onnx'], 'there is none to write'],
])('%j is refused', async ([args, sentence]) => {
  const folder = await newFolder()
  const { exitCode, stderr } = await runCli(['explain', ...args], { cwd: folder })
  expect(exitCode).toBe(3)
  expect(stderr).toContain(sentence)
  expect(await readdir(folder)).toEqual([])
})
