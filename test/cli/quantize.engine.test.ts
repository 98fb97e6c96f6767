import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { floatActivations } from '../../src/onnx/float-activations.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { namePlacement } from '../../src/quantize/name-placement.ts'
import { digits } from '../support/digits.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { main, newFolder, runCli, withoutProgress } from './run-cli.ts'

const data = ['--calibration', resolve(digits.calibration)]
const model = resolve(digits.fp32)
let cwd: string
beforeAll(async () => {
  cwd = await newFolder()
})

const quantize = (...args: string[]) => runCli(['quantize', ...args], { cwd })

test('writes an explicit model and the calibration cache of the same data and method', async () => {
  const recipe = [model, '--to', 'explicit', '--placement', 'modelopt', ...data]
  // All pairs of the placement are to be there.
  const files = [
    '--output-error',
    'none',
    '-o',
    'explicit.onnx',
    '--tensorrt-cache',
    'a.cache',
    '--tensorrt-version',
    '8.6.1',
  ]
  const { exitCode, stdout, stderr } = await quantize(...recipe, ...files)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('explicit.onnx: explicit, placement modelopt')
  expect(stdout).toContain('for TensorRT 8.6.1')
  expect(stdout).toContain('ranges: entropy, calibrated on 256 samples of')

  const quantized = await readModel(join(cwd, 'explicit.onnx'))
  expect(namePlacement(quantized)[0]).toMatchObject({ placement: 'modelopt', share: 1 })
  expect(quantized.metadataProps.find(({ key }) => key === 'quantract')?.value).toContain('256 samples')

  const cache = parseTensorrtCache(await readFile(join(cwd, 'a.cache'), 'utf8'), 'a.cache')
  expect(cache.header).toEqual({ algorithm: 'EntropyCalibration2', version: 8601 })
  const { graph } = await readModel(model)
  expect([...cache.scales.keys()]).toEqual(floatActivations(indexGraph(graph!)))
})

test('writes the implicit model, and a calibration on random numbers says so in every output', async () => {
  await writeModel(convRelu(), join(cwd, 'tiny.onnx'))
  const args = [
    'tiny.onnx',
    '--to',
    'implicit',
    '--calibration',
    'random',
    '--time',
    '40',
    '-o',
    'implicit.onnx',
  ]
  const { exitCode, stdout } = await quantize(...args)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('RANDOM NUMBERS, for experiments on speed alone')
  const { metadataProps } = await readModel(join(cwd, 'implicit.onnx'))
  expect(metadataProps.find(({ key }) => key === 'quantract')?.value).toContain(
    'RANDOM NUMBERS, for experiments on speed alone',
  )
  const cache = await quantize(model, '--calibration', 'random', '--tensorrt-cache', 'random.cache')
  expect(cache).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('cannot say that its scales') })
  expect(await readdir(cwd)).not.toContain('random.cache')
})

test('names the placement of a finished Q/DQ model', async () => {
  const { exitCode, stdout } = await quantize('--placement-of', resolve(digits.explicit))
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/follows the placement pytorch-quantization, in 9\d\.\d% of its sites/)
})

test('Ctrl-C leaves nothing', async () => {
  const folder = await newFolder()
  const child = execa(
    process.execPath,
    [main, 'quantize', model, '--to', 'explicit', ...data, '-o', 'x.onnx', '--tensorrt-cache', 'x.cache'],
    { cwd: folder, reject: false, env: { QUANTRACT_CACHE: join(folder, 'cache') } },
  )
  // The first thing that it writes is what it knows of the model, into the cache: by then it listens.
  await vi.waitUntil(() => existsSync(join(folder, 'cache')), { timeout: 300_000 })
  child.kill('SIGINT')
  const { exitCode, stderr } = await child
  expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 130, stderr: 'interrupted' })
  expect((await readdir(folder)).filter(name => name !== 'cache')).toEqual([])
})

test('leaves out what is excluded, by name or by operator, and tells the accuracy', async () => {
  const { graph } = await readModel(model)
  const [first, second] = graph!.node.filter(({ opType }) => opType === 'Conv').map(({ name }) => name)
  const labels = ['--evaluation', resolve(digits.evaluation), '--batch', '2']
  const words = ['--exclude', `${first!.slice(0, -1)}?`, '--exclude', 'Gemm', '--include', 'Conv']
  const recipe = [model, '--to', 'explicit', ...data, ...labels]
  const { exitCode, stdout } = await quantize(...recipe, ...words, '-o', 'some.onnx')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/note: left in float by `include` and `exclude`: .*1 Conv/)
  expect(stdout).toMatch(/^accuracy: \d+(\.\d+)?%, float \d+(\.\d+)?%, on 800 labelled samples$/m)
  const written = await readModel(join(cwd, 'some.onnx'))
  const weightsOf = (name: string) => written.graph!.node.find(node => node.name === name)!.input[1]!
  const isInitializer = (name: string) => written.graph!.initializer.some(tensor => tensor.name === name)
  expect([first!, second!].map(name => isInitializer(weightsOf(name)))).toEqual([true, false])

  const unknown = await quantize(...recipe, '--exclude', 'Covn', '-o', 'none.onnx')
  expect(unknown).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('did you mean') })

  const unlabelled = ['--evaluation', resolve(digits.calibration), '-o', 'none.onnx']
  expect(await quantize(model, '--to', 'explicit', ...data, ...unlabelled)).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(
      /^evaluation data .* has no class labels to measure accuracy on \(it has `.*`\)/,
    ),
  })
})

describe('a mistake is one sentence, and nothing is written', () => {
  test.each([
    [[], '`quantize` takes the float model'],
    [['m.onnx', 'n.onnx'], '`n.onnx` is a second one'],
    [['m.onnx', '-o', 'x.onnx'], '`--calibration` is missing'],
    [['m.onnx', ...data], 'there is nothing to write: name a file with `--out`, `--tensorrt-cache` or both'],
    [['m.onnx', ...data, '-o', 'x.onnx'], '`--to` is missing: say `implicit` or `explicit`'],
    [['m.onnx', ...data, '-o', 'x.onnx', '--to', 'explict'], 'did you mean `explicit`?'],
    [
      ['m.onnx', ...data, '-o', 'x.onnx', '--to', 'implicit', '--placement', 'everywhere'],
      '`--placement` goes',
    ],
    [
      ['m.onnx', ...data, '-o', 'x.onnx', '--to', 'explicit', '--max-accuracy-drop', '1%'],
      '`--max-accuracy-drop` goes with `--to implicit`',
    ],
    [
      ['m.onnx', ...data, '-o', 'x.onnx', '--to', 'implicit', '--max-accuracy-drop', '1'],
      '`--max-accuracy-drop` is "1": write percentage points',
    ],
    [['m.onnx', ...data, '--tensorrt-cache', 'c', '--exclude', 'Conv'], '`--exclude` goes with `--out`'],
    [['m.onnx', ...data, '-o', 'm.onnx', '--to', 'implicit'], 'is the float model itself: name another file'],
    [
      ['m.onnx', ...data, '-o', 'no/x.onnx', '--to', 'implicit'],
      '`--out no/x.onnx`: its folder does not exist',
    ],
    [
      ['m.onnx', ...data, '-o', 'x.onnx', '--to', 'implicit', '--method', 'entrop'],
      'did you mean `entropy`?',
    ],
    [
      ['m.onnx', ...data, '--tensorrt-cache', 'c', '--tensorrt-version', '11.0.0'],
      'TensorRT 11 has no implicit',
    ],
    [['m.onnx', ...data, '-o', 'x.onnx', '--to', 'explicit'], 'm.onnx does not exist'],
    [['--placement-of', 'm.onnx'], 'm.onnx does not exist'],
    [['--placement-of', model], 'has no QuantizeLinear'],
  ])('%j', async (args, sentence) => {
    const before = await readdir(cwd)
    const { exitCode, stdout, stderr } = await quantize(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.split('\n')).toHaveLength(1)
    expect(await readdir(cwd)).toEqual(before)
  })
})
