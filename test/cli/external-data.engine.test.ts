import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { beforeAll, describe, expect, test } from 'vitest'
import { hashModel } from '../../src/builder/cache/hash.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { StringStringEntryProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, conv, randomTensor, tensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'
import { newFolder, runCli } from './run-cli.ts'

/** Convolutions of which one folds a BatchNormalization, and a Gemm: weights that the runtime changes and that it does not. */
function network() {
  const [first, second] = [conv('first', 'x', 'a', [4, 32]), conv('second', 'r', 'c', [32, 64])]
  const statistics = ['scale', 'shift', 'mean', 'variance']
  const model = buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...first.nodes,
      makeNode('BatchNormalization', 'norm', ['a', ...statistics], ['n']),
      makeNode('Relu', 'relu', ['n'], ['r']),
      ...second.nodes,
      makeNode('GlobalAveragePool', 'pool', ['c'], ['p']),
      makeNode('Flatten', 'flatten', ['p'], ['f']),
      makeNode('Gemm', 'head', ['f', 'w', 'b'], ['y']),
    ],
    initializers: [
      ...first.initializers,
      ...second.initializers,
      ...statistics.map(name =>
        name === 'variance' ? tensor(name, [32], new Float32Array(32).fill(1)) : randomTensor(name, [32]),
      ),
      randomTensor('w', [64, 256]),
      randomTensor('b', [256]),
    ],
  })
  const trace = { key: 'pkg.torch.onnx.stack_trace', value: 'File "/home/ann/secret/net.py", line 8' }
  model.graph!.node[0]!.metadataProps.push(create(StringStringEntryProtoSchema, trace))
  return model
}

let cwd: string
const model = 'model.onnx'
const cli = (...args: string[]) => runCli(args, { cwd })

beforeAll(async () => {
  cwd = await newFolder()
  await writeModel(network(), join(cwd, model), { externalDataOver: 0 })
  const samples = { shape: [8, 4, 8, 8], data: randomFloats(8 * 4 * 64, 'samples', 1) }
  await writeNpz(join(cwd, 'samples.npz'), { x: samples })
})

describe('a model whose weights lie in a file beside it', () => {
  // Beside busy processes the implicit builder may find some layers, or all, faster in float.
  test.each([
    ['explicit', 0.5],
    ['implicit', 1.1],
  ])('is quantized: %s, with one data file beside the INT8 model', async (to, share) => {
    const out = `${to}.onnx`
    const samples = join(cwd, 'samples.npz')
    const { exitCode, stderr } = await cli(
      'quantize',
      model,
      '--to',
      to,
      '--calibration',
      samples,
      '--time',
      '40',
      '-o',
      out,
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(await readdir(cwd)).toEqual(expect.arrayContaining([out, `${out}.data`]))
    const quantized = await readModel(join(cwd, out))
    expect(quantized.opsetImport.map(({ domain }) => domain)).toEqual([''])
    const [made] = quantized.metadataProps.filter(({ key }) => key === 'quantract')
    expect(made!.value).toMatch(/calibrated on \d samples of samples\.npz$/)
    const texts = quantized.graph!.node.flatMap(({ metadataProps }) =>
      metadataProps.map(({ value }) => value),
    )
    expect(texts.join()).not.toContain('/home/ann')
    const [int8, float] = [await hashModel(join(cwd, out)), await hashModel(join(cwd, model))]
    expect(int8.bytes).toBeLessThan(float.bytes * share)
  })

  test('is compared, checked and explained', async () => {
    const out = 'compared.onnx'
    await cli('quantize', model, '--to', 'explicit', '--calibration', 'samples.npz', '-o', out)
    const compared = await cli('compare', model, out, '--clause', 'b size < a size')
    expect(compared).toMatchObject({ exitCode: 0, stderr: '' })

    const contract = {
      title: 'external data',
      budget: 2,
      model,
      data: { calibration: { npz: 'samples.npz' } },
      variants: {
        fp32: { quantization: 'none' },
        placed: { quantization: 'explicit', placement: 'onnxruntime' },
      },
      clauses: ['placed size < fp32 size'],
    }
    await writeFile(join(cwd, 'c.contract.json'), JSON.stringify(contract))
    expect(await cli('check', 'c.contract.json')).toMatchObject({ exitCode: 0, stderr: '' })

    const explained = await cli('explain', model, out, '--seconds', '1', '--no-remedies')
    expect(explained).toMatchObject({ exitCode: 0, stderr: '' })
    expect(explained.stdout).toContain('second')
  })

  test('is another model where its data is another', async () => {
    const before = await hashModel(join(cwd, model))
    const copy = join(await newFolder(), model)
    const changed = network()
    changed.graph!.initializer[0]!.rawData[0]! ^= 1
    await writeModel(changed, copy, { externalDataOver: 0 })
    expect((await stat(copy)).size).toBe((await stat(join(cwd, model))).size)
    expect((await hashModel(copy)).sha256).not.toBe(before.sha256)
  })

  test('is not overwritten by what is made from it', async () => {
    const source = join(await newFolder(), model)
    await writeModel(network(), source, { externalDataOver: 0 })
    const { stderr, exitCode } = await cli(
      'quantize',
      source,
      '--to',
      'explicit',
      '--calibration',
      'random',
      '-o',
      source.replace(/\.onnx$/, '.onnx.data'),
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('would overwrite') })
  })

  test.each(['quantize', 'compare', 'check'])('%s names the data file where it is missing', async command => {
    const folder = await newFolder()
    const lost = join(folder, model)
    await writeModel(network(), lost, { externalDataOver: 0 })
    await rm(`${lost}.data`)
    const contract = join(folder, 'c.contract.json')
    const variants = { fp32: { quantization: 'none' } }
    await writeFile(contract, JSON.stringify({ title: 'T', model, variants, clauses: ['fp32 size < 9 MB'] }))
    const args = {
      quantize: ['quantize', lost, '--to', 'explicit', '--calibration', 'samples.npz', '-o', 'lost.onnx'],
      compare: ['compare', lost, lost],
      check: ['check', contract],
    }[command]!
    const { exitCode, stdout, stderr } = await cli(...args)
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain(
      `${lost}.data does not exist, but tensor first.weight has its data there: copy it beside the model`,
    )
  })
})
