import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { writeModel } from '../../src/onnx/write-model.ts'
import { cleanModel, mistakes, naiveModel } from '../explain/onnxruntime/naive-model.ts'
import { between, quantized, swish } from '../explain/onnxruntime/plant.ts'
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
    `--markdown=${file('why.md')}`,
  ])
  expect(exitCode).toBe(0)
  expect(await readFile(file('why.md'), 'utf8')).not.toContain('## Remedies')
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
  [['x.contract.json', 'b.onnx'], 'takes one contract, or two ONNX files'],
  [[resolve('contracts/pytorch-digits.contract.json'), '--variants=fp32,other'], 'name two of the contract'],
])('%j is refused', async ([args, sentence]) => {
  const { exitCode, stderr } = await runCli(['explain', ...args])
  expect(exitCode).toBe(3)
  expect(stderr).toContain(sentence)
})
