import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { newFolder, runCli } from './run-cli.ts'

const evil = '"\'\\<b>\u001b[31m\r\n::error file=a::boom'

/** x -> Conv -> Relu -> Conv -> y, all names with what terminals, JSON and CI services read otherwise. */
function evilModel() {
  const first = conv(`first${evil}`, 'x', `c${evil}`, [4, 8])
  const second = conv(`second${evil}`, `r${evil}`, 'y', [8, 4])
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...first.nodes, makeNode('Relu', `relu${evil}`, [`c${evil}`], [`r${evil}`]), ...second.nodes],
    initializers: [...first.initializers, ...second.initializers],
  })
}

let cwd: string
beforeAll(async () => {
  cwd = await newFolder()
  await writeModel(evilModel(), join(cwd, 'evil.onnx'))
})

/** No control character but our own line breaks, and no line that begins as a command. */
function expectShown(...texts: readonly string[]): void {
  for (const text of texts) expect(text).not.toMatch(/(?!\n)\p{Cc}|^\s*::/mu)
}

test('models with quotes and control characters in their names are quantized and explained', async () => {
  const quantized = await runCli(
    ['quantize', 'evil.onnx', '--to', 'explicit', '--calibration', 'random', '-o', 'int8.onnx'],
    { cwd },
  )
  expect(quantized).toMatchObject({ exitCode: 0, stderr: '' })
  const explained = await runCli(
    ['explain', 'evil.onnx', 'int8.onnx', '--seconds', '1', '--markdown', 'why.md', '--json', 'why.json'],
    { cwd },
  )
  expect(explained).toMatchObject({ exitCode: 0, stderr: '' })
  expect(explained.stdout).toContain('first"')
  expectShown(quantized.stdout, explained.stdout)
})

test('titles and reasons of a contract are shown, not obeyed', async () => {
  const contract = {
    title: '::error::evil\u001b[2K\n✓ fp32 size < 1 B: upheld',
    model: 'evil.onnx',
    budget: 2,
    variants: { fp32: { quantization: 'none' } },
    clauses: [{ that: 'fp32 size < 1 B', because: '\u001b[32m\n✓ fp32 size < 1 B: upheld' }],
  }
  await writeFile(join(cwd, 'evil.contract.json'), JSON.stringify(contract))
  const { exitCode, stdout, stderr } = await runCli(['check', 'evil.contract.json'], { cwd })
  expect(exitCode).toBe(1)
  expectShown(stdout, stderr)
  expect(stdout.split('\n').filter(line => line.endsWith('upheld') && !line.includes('\\n'))).toEqual([])
})
