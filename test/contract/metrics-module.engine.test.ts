import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { newFolder, runCli } from '../cli/run-cli.ts'
import { buildModel, tensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'

let cwd: string

/** x -> y = x * factor */
function scaled(factor: number) {
  return buildModel({
    inputs: { x: ['n', 4] },
    outputs: ['y'],
    nodes: [makeNode('Mul', 'mul', ['x', 'factor'], ['y'])],
    initializers: [tensor('factor', [], Float32Array.of(factor))],
  })
}

const values = randomFloats(80, 'samples')

beforeAll(async () => {
  cwd = await newFolder()
  await mkdir(join(cwd, 'metrics'))
  await writeModel(scaled(1), join(cwd, 'model.onnx'))
  await writeModel(scaled(2), join(cwd, 'double.onnx'))
  await writeNpz(join(cwd, 'data.npz'), { x: { shape: [20, 4], data: values } })
})

/** What `check` says of a contract with this module and these clauses. */
async function check(module: { name: string; text?: string }, clauses: readonly string[], limit = 20) {
  const contract = {
    title: 'own metrics',
    budget: 2,
    model: 'model.onnx',
    data: { evaluation: { npz: 'data.npz', limit } },
    metrics: `./${module.name}`,
    variants: { fp32: { quantization: 'none' }, double: { quantization: 'none', model: 'double.onnx' } },
    clauses,
  }
  if (module.text !== undefined) await writeFile(join(cwd, module.name), module.text)
  await writeFile(join(cwd, 'own.contract.json'), JSON.stringify(contract, undefined, 2))
  return runCli(['check', 'own.contract.json', '--json', 'evidence.json'], { cwd })
}

const largest = 'outputs => Math.max(...outputs.get("y").map(Math.abs))'

test.each([
  [
    'typescript.ts',
    `enum Kind { own = 1 }\nexport const metrics: Record<string, Function> = { 'largest value': ${largest.replace('outputs =>', '(outputs: any): number => Kind.own *')} }`,
  ],
  ['javascript.mjs', `export const metrics = { 'largest value': ${largest} }`],
])('a contract names a module with metrics: %s', async (name, text) => {
  const clauses = ['fp32 largest value < 1', 'double largest value >= 2x fp32 largest value']
  const { exitCode, stderr } = await check({ name, text }, clauses)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const [evidence] = JSON.parse(await readFile(join(cwd, 'evidence.json'), 'utf8'))
  expect(evidence.metrics).toEqual({
    file: expect.stringContaining(name),
    sha256: createHash('sha256').update(text).digest('hex'),
  })
  expect(evidence.outcomes[0].estimate).toMatchObject({ of: 'fp32 largest value', unit: 'number' })
})

test.each<[string, string | undefined, string, string]>([
  ['absent.mjs', undefined, 'fp32 size < 1 MB', 'absent.mjs does not exist: check its path'],
  ['syntax.mjs', 'export const = 3', 'fp32 size < 1 MB', 'syntax.mjs: cannot be loaded: '],
  ['syntax.ts', 'export const = 3', 'fp32 size < 1 MB', 'syntax.ts: cannot be loaded: '],
  ['empty.mjs', 'export const score = 3', 'fp32 size < 1 MB', 'empty.mjs: exports `score`: export `metrics`'],
  [
    'number.mjs',
    'export const metrics = { own: 3 }',
    'fp32 size < 1 MB',
    'number.mjs: the metric `own` is no function',
  ],
  [
    'taken.mjs',
    'export const metrics = { fps: () => 3 }',
    'fp32 size < 1 MB',
    'taken.mjs: the metric `fps` exists already: rename yours',
  ],
  [
    'name.mjs',
    'export const metrics = { "a to b": () => 3 }',
    'fp32 size < 1 MB',
    'name.mjs: `a to b` cannot be the name of a metric',
  ],
  [
    'own.mjs',
    'export const metrics = { own: () => 3 }',
    'fp32 onw < 3',
    'unknown metric `onw`; did you mean `own`?',
  ],
  ['nan.mjs', 'export const metrics = { own: () => NaN }', 'fp32 own < 3', 'nan.mjs gives NaN for sample 0'],
  [
    'throws.mjs',
    'export const metrics = { own: o => o.get("z").length }',
    'fp32 own < 3',
    'throws.mjs fails for sample 0: Cannot read',
  ],
])('a module that is wrong is named: %s', async (name, text, clause, message) => {
  const { exitCode, stdout, stderr } = await check({ name, ...(text !== undefined && { text }) }, [clause], 2)
  expect(exitCode).toBe(3)
  expect(stdout + stderr).toContain(message)
  expect(stdout + stderr).not.toContain('bug in quantract')
})
