import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { cleanModel, mistakes, naiveModel } from '../explain/onnxruntime/naive-model.ts'
import { between, enlarged, quantized, relu, swish } from '../explain/onnxruntime/plant.ts'
import { profileModel } from '../explain/onnxruntime/profile-model.ts'
import { quantizedTensors } from '../support/describe-graph.ts'
import { randomFeed } from '../support/model-builder.ts'
import { newFolder, runCli } from './run-cli.ts'

test('two ONNX files: the cause is named, the remedy is tried, the fix and the reports are written', async () => {
  const folder = await newFolder()
  const file = (name: string) => join(folder, name)
  await writeModel(quantized(between(...swish), 'onnxruntime'), file('good.onnx'))
  await writeModel(quantized(between(...swish), 'tensorrt'), file('bad.onnx'))
  const { exitCode, stdout, stderr } = await runCli([
    'explain',
    file('good.onnx'),
    file('bad.onnx'),
    '--seconds=1',
    `--html=${file('why.html')}`,
    `--json=${file('why.json')}`,
    `--markdown=${file('why.md')}`,
  ])
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('did not fuse, because there are none between')
  expect(stdout).toMatch(/Put Q\/DQ pairs behind layers and their activations \(\d places?\): \d+\.\d\dx \[/)
  const html = await readFile(file('why.html'), 'utf8')
  expect(html).toContain('<svg')
  expect(html).not.toMatch(/<script|https?:/)
  const { remedies } = JSON.parse(await readFile(file('why.json'), 'utf8')) as { remedies: unknown[] }
  expect(remedies).toContainEqual(
    expect.objectContaining({
      round: 1,
      changes: [expect.objectContaining({ id: 'quantize-outputs' })],
    }),
  )
  expect(await readFile(file('why.md'), 'utf8')).toContain('## Remedies')
})

test('--fix writes the model with its Q moved, and says what that gains', async () => {
  const folder = await newFolder()
  const file = (name: string) => join(folder, name)
  await writeModel(quantized(enlarged(between(relu)), 'onnxruntime'), file('good.onnx'))
  await writeModel(quantized(enlarged(between(relu)), 'everywhere'), file('split.onnx'))
  const { exitCode, stdout, stderr } = await runCli([
    'explain',
    file('good.onnx'),
    file('split.onnx'),
    '--seconds=1',
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
  const { exitCode, stderr } = await runCli(['explain', ...files, '--seconds=1', '--fix=fixed.onnx'], {
    cwd: folder,
  })
  expect(exitCode).toBe(3)
  expect(stderr).toBe('nothing was written to fixed.onnx: no remedy made the model faster')
  expect((await readdir(folder)).toSorted()).toEqual(['one.onnx', 'two.onnx'])
})

test('a naive Q/DQ model: every mistake in it is named, and none in its clean twin', async () => {
  const folder = await newFolder()
  const file = (name: string) => join(folder, name)
  await writeModel(cleanModel(), file('clean.onnx'))
  await writeModel(naiveModel(), file('naive.onnx'))
  const { exitCode, stdout } = await runCli([
    'explain',
    file('clean.onnx'),
    file('naive.onnx'),
    '--no-remedies',
    '--seconds=1',
    `--json=${file('why.json')}`,
  ])
  expect(exitCode).toBe(0)
  const text = stdout.replace(/\s+/g, ' ')
  expect(text).toContain('What naive.onnx pays for and clean.onnx does not')
  const { causes } = JSON.parse(await readFile(file('why.json'), 'utf8')) as {
    causes: { cause: string; engine: string; sentence: string }[]
  }
  for (const { cause, names } of mistakes) {
    const found = causes.filter(each => each.cause === cause)
    expect(found).toEqual([
      expect.objectContaining({ engine: 'b', sentence: expect.stringContaining(names) as string }),
    ])
    expect(text).toContain(found[0]!.sentence)
  }
})

test.for<[string[], string]>([
  [['only.onnx'], 'needs a second ONNX file'],
  [['a.onnx', 'b.onnx', '--fix=./b.onnx'], 'is what is to be explained'],
  [['a.onnx', 'b.onnx', '--fix=no/c.onnx'], '`--fix no/c.onnx`: its folder does not exist'],
  [['a.onnx', 'b.onnx', '--fix=c.onnx', '--no-remedies'], 'leave one away'],
  [['a.profile.json', 'b.profile.json', '--fix=c.onnx'], 'there is none to write'],
  [['x.contract.json', 'b.onnx'], 'takes one contract, or two ONNX files'],
  [[resolve('contracts/pytorch-digits.contract.json'), '--variants=fp32,other'], 'name two of the contract'],
])('%j is refused', async ([args, sentence]) => {
  const { exitCode, stderr } = await runCli(['explain', ...args])
  expect(exitCode).toBe(3)
  expect(stderr).toContain(sentence)
})
