import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { floatActivations } from '../../src/onnx/float-activations.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { digits } from '../support/digits.ts'
import { newFolder, runCli } from './run-cli.ts'

/** Written by hand after what TensorRT 10.6 says of an engine of the digits: its first two convolutions in INT8. */
const layers = [
  {
    Name: 'Reformatting CopyNode for Input Tensor 0 to /stem/conv/Conv',
    LayerType: 'Reformat',
    Inputs: [{ Name: 'image', 'Format/Datatype': 'Float' }],
    Outputs: [{ Name: 'Reformatted Input Tensor 0 to /stem/conv/Conv', 'Format/Datatype': 'Int8' }],
    Metadata: '',
  },
  {
    Name: '/stem/conv/Conv + PWN(PWN(/stem/silu/Sigmoid), PWN(/stem/silu/Mul))',
    LayerType: 'CaskConvolution',
    Inputs: [{ Name: 'Reformatted Input Tensor 0 to /stem/conv/Conv', 'Format/Datatype': 'Int8' }],
    Outputs: [{ Name: '/stem/silu/Mul_output_0', 'Format/Datatype': 'Int8' }],
    Metadata:
      '[ONNX Layer: /stem/conv/Conv]\u001e[ONNX Layer: /stem/silu/Sigmoid]\u001e[ONNX Layer: /stem/silu/Mul]',
  },
  {
    Name: '/block1/first/conv/Conv',
    LayerType: 'CaskConvolution',
    Inputs: [{ Name: '/stem/silu/Mul_output_0', 'Format/Datatype': 'Int8' }],
    Outputs: [{ Name: '/block1/first/conv/Conv_output_0', 'Format/Datatype': 'Half' }],
    Metadata: '[ONNX Layer: /block1/first/conv/Conv]',
  },
]

let cwd: string
beforeAll(async () => {
  cwd = await newFolder()
  await copyFile(digits.fp32, join(cwd, 'digits.onnx'))
  await writeFile(join(cwd, 'layers.json'), JSON.stringify({ Layers: layers }))
  const cache = await runCli(
    [
      'quantize',
      'digits.onnx',
      '--calibration',
      resolve(digits.calibration),
      '--method',
      'mse',
      '--tensorrt-cache',
      'model.cache',
    ],
    { cwd },
  )
  expect(cache.exitCode).toBe(0)
})

const files = ['digits.onnx', '--engine', 'layers.json', '--calibration-cache', 'model.cache']
const migrate = (...args: string[]) => runCli(['migrate', ...args], { cwd })

/** Signal to noise of the outputs of a file against the float model, dB. */
async function decibels(file: string): Promise<number> {
  const paths = [digits.fp32, join(cwd, file)]
  const engines = await openEngines(paths.map(path => ({ id: path, model: path, settings: { threads: 1 } })))
  try {
    const data = Float32Array.from({ length: 1024 }, (_, i) => (Math.abs(((i * 7) % 32) - 16) < 4 ? 1 : 0))
    const feed = new Map([['image', { type: 'float32' as const, shape: [1, 1, 32, 32], data }]])
    const [float, int8] = await Promise.all(
      paths.map(async path => [...(await engines.infer(path, [feed]))[0]!.get('logits')!.data].map(Number)),
    )
    const noise = float!.reduce((sum, value, i) => sum + (value - int8![i]!) ** 2, 0)
    return 10 * Math.log10(float!.reduce((sum, value) => sum + value ** 2, 0) / noise)
  } finally {
    await engines.stop()
  }
}

test('writes the explicit model of an implicit engine, and says what went where', async () => {
  const { exitCode, stdout, stderr } = await migrate(...files, '-o', 'explicit.onnx')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(
    stdout.split('\n').map(line => line.replace(/\(scale [^)]+\)/, '(scale)').replace(/, \S+ kB$/, '')),
  ).toEqual([
    'explicit.onnx: explicit as the engine of layers.json',
    'engine: 2 of 2 layers read INT8, 2 tensors in all; 2 carried over, 0 not',
    '2 Q/DQ pairs for 2 reads:',
    '  image (scale), read by /stem/conv/Conv',
    '  /stem/silu/Mul_output_0 (scale), read by /block1/first/conv/Conv',
    'INT8 weights of 2 nodes: /stem/conv/Conv, /block1/first/conv/Conv',
  ])
  const { graph, metadataProps } = await readModel(join(cwd, 'explicit.onnx'))
  expect(metadataProps.find(({ key }) => key === 'quantract')?.value).toBe(
    'as the implicit engine of layers.json, scales of model.cache',
  )
  expect(graph!.node.filter(({ opType }) => opType === 'QuantizeLinear')).toHaveLength(2)
  expect(graph!.node.filter(({ opType }) => opType === 'DequantizeLinear')).toHaveLength(4)
  expect(await decibels('explicit.onnx')).toBeGreaterThan(25)
})

test('--half writes the rest in float16, behind the inputs and outputs that there were', async () => {
  const { exitCode, stdout } = await migrate(...files, '--half', '-o', 'half.onnx')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('floats in half')
  const [float, half] = await Promise.all([readModel(digits.fp32), readModel(join(cwd, 'half.onnx'))])
  expect([half.graph!.input, half.graph!.output]).toEqual([float.graph!.input, float.graph!.output])
  expect(floatActivations(indexGraph(half.graph!)).length).toBeLessThan(4)
  expect(await decibels('half.onnx')).toBeGreaterThan(25)
})

/** As a search writes it: the first convolution alone, what is not INT8 in half. */
const plan = {
  name: 'half, as implicit',
  pairs: { image: [{ node: '/stem/conv/Conv', input: 0 }] },
  weights: ['/stem/conv/Conv'],
  half: true,
}

test('a plan takes the place of an engine', async () => {
  await writeFile(join(cwd, 'plan.json'), JSON.stringify(plan))
  const { exitCode, stdout } = await migrate(
    'digits.onnx',
    '--plan',
    'plan.json',
    '--calibration-cache',
    'model.cache',
    '-o',
    'planned.onnx',
  )
  expect(exitCode).toBe(0)
  expect(stdout).toContain('planned.onnx: explicit as the plan plan.json')
  expect(stdout).toContain('1 Q/DQ pair:')
  const { graph } = await readModel(join(cwd, 'planned.onnx'))
  expect(graph!.node.filter(({ opType }) => opType === 'QuantizeLinear')).toHaveLength(1)
  expect(await decibels('planned.onnx')).toBeGreaterThan(25)
})

test('quantize calibrates for a plan', async () => {
  await writeFile(join(cwd, 'plan.json'), JSON.stringify(plan))
  const quantize = (...words: string[]) =>
    runCli(['quantize', 'digits.onnx', '--plan', 'plan.json', ...words], { cwd })
  const words = ['--calibration', digits.calibration, '-o', 'calibrated.onnx']
  const { exitCode, stdout, stderr } = await quantize(...words)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('calibrated.onnx: explicit as the plan plan.json')
  const { graph, metadataProps } = await readModel(join(cwd, 'calibrated.onnx'))
  expect(graph!.node.filter(({ opType }) => opType === 'QuantizeLinear')).toHaveLength(1)
  expect(metadataProps.find(({ key }) => key === 'quantract')!.value).toMatch(
    /^as the plan plan\.json, scales of .*\.npz, mse$/,
  )
  expect(await decibels('calibrated.onnx')).toBeGreaterThan(25)
  const refused = await quantize(...words, '--placement', 'tensorrt')
  expect([refused.exitCode, refused.stderr]).toEqual([
    3,
    expect.stringContaining('`--placement` does not go with `--plan`'),
  ])
})

test.each<[object, string]>([
  [{ ...plan, pairs: { image: [] } }, 'wrong.json: tensor `image` has no reader'],
  [{ ...plan, pairs: { 'stem.conv.weight': [{ node: '/stem/conv/Conv', input: 1 }] } }, 'wrong.json: tensor'],
  [{}, 'wrong.json: is no plan'],
  [{ ...plan, half: 'yes' }, 'wrong.json: is no plan'],
  [
    { ...plan, pairs: { image: [{ node: '/head/Gemm', input: 0 }] } },
    'wrong.json: tensor `image` is not input 0 of node `/head/Gemm` in digits.onnx',
  ],
  [
    { ...plan, weights: ['/stem/silu/Mul'] },
    'wrong.json: `/stem/silu/Mul` is no node with weights in digits.onnx',
  ],
])('a plan that is none, or of another model, is refused: %o', async (wrong, message) => {
  await writeFile(join(cwd, 'wrong.json'), JSON.stringify(wrong))
  const { exitCode, stderr } = await migrate(
    'digits.onnx',
    '--plan',
    'wrong.json',
    '--calibration-cache',
    'model.cache',
    '-o',
    'none.onnx',
  )
  expect(exitCode).toBe(3)
  expect(stderr).toContain(message)
})

test('a contract has it as a variant', async () => {
  const like = { layers: join(cwd, 'layers.json'), cache: join(cwd, 'model.cache') }
  const { migrated, half } = await buildEngines({
    model: digits.fp32,
    variants: {
      migrated: { quantization: 'explicit', like },
      half: { quantization: 'explicit', like: { ...like, half: true } },
    },
  })
  expect(half.operators.Conv?.total).toBe(6)
  expect(half.bytes).toBeLessThan(migrated.bytes)
  expect(migrated.operators.Conv?.total).toBe(6)
  expect(migrated.notes[0]).toContain('of which 2 of 2 layers read INT8: 2 Q/DQ pairs')
})

test('a contract names a file that is not there: it is told with its place', async () => {
  const contract = {
    title: 'a mistake',
    model: 'digits.onnx',
    variants: {
      migrated: { quantization: 'explicit', like: { layers: 'absent.json', cache: 'model.cache' } },
    },
    clauses: ['migrated size > 1 B'],
  }
  await writeFile(join(cwd, 'a.contract.json'), JSON.stringify(contract, undefined, 2))
  const { exitCode, stderr } = await runCli(['check', 'a.contract.json'], { cwd })
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(/^a\.contract\.json:8:\d+: \S*absent\.json: does not exist: check its path$/)
})

describe('mistakes end with one sentence, and nothing is written', () => {
  test.each<[string, string[], string]>([
    [
      'no engine',
      ['digits.onnx', '--calibration-cache', 'model.cache', '-o', 'none.onnx'],
      '`--engine` is missing',
    ],
    [
      'no cache',
      ['digits.onnx', '--engine', 'layers.json', '-o', 'none.onnx'],
      '`--calibration-cache` is missing',
    ],
    ['no output', files, '`--out` is missing'],
    [
      'a file that is not there',
      ['digits.onnx', '--engine', 'absent.json', '--calibration-cache', 'model.cache', '-o', 'none.onnx'],
      'absent.json: does not exist',
    ],
    [
      'names alone',
      ['digits.onnx', '--engine', 'names.json', '--calibration-cache', 'model.cache', '-o', 'none.onnx'],
      '--profilingVerbosity=detailed',
    ],
    [
      'floats alone',
      ['digits.onnx', '--engine', 'float.json', '--calibration-cache', 'model.cache', '-o', 'none.onnx'],
      'none of its 2 layers reads INT8',
    ],
    [
      'another cache',
      ['digits.onnx', '--engine', 'layers.json', '--calibration-cache', 'other.cache', '-o', 'none.onnx'],
      'other.cache: has no scale for tensor `image`',
    ],
    [
      'a quantized model',
      [
        resolve(digits.explicit),
        '--engine',
        'layers.json',
        '--calibration-cache',
        'model.cache',
        '-o',
        'none.onnx',
      ],
      'is quantized already',
    ],
    ['the model itself', [...files, '-o', 'digits.onnx'], 'would overwrite digits.onnx'],
  ])('%s', async (_, args, message) => {
    await writeFile(join(cwd, 'names.json'), JSON.stringify({ Layers: layers.map(({ Name }) => Name) }))
    await writeFile(join(cwd, 'float.json'), JSON.stringify({ Layers: layers }).replaceAll('Int8', 'Half'))
    await writeFile(join(cwd, 'other.cache'), 'TRT-100600-EntropyCalibration2\nanother: 3c010a14\n')
    const before = await readFile(join(cwd, 'digits.onnx'))
    const { exitCode, stdout, stderr } = await migrate(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(await readdir(cwd)).not.toContain('none.onnx')
    // Byte by byte, `toEqual` takes seconds.
    expect(before.equals(await readFile(join(cwd, 'digits.onnx')))).toBe(true)
  })
})
