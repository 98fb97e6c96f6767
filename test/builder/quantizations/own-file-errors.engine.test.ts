/** Files of the user's own, as `compare` takes them: how far their outputs are from the first one's. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { runCli } from '../../cli/run-cli.ts'
import { buildModel, floatValue, tensor } from '../../support/models/model-builder.ts'
import { writeNpz } from '../../support/npz/write-npz.ts'
import { randomFloats } from '../../support/random-floats.ts'

let directory: string
const file = (name: string) => join(directory, name)

/** x -> y = x * factor, or where the largest of them is. */
function scaled(factor: number, isInteger = false, values = 6) {
  const model = buildModel({
    inputs: { x: ['n', values] },
    outputs: ['y'],
    nodes: [makeNode('Mul', 'mul', ['x', 'f'], [isInteger ? 'h' : 'y'])],
    initializers: [tensor('f', [], Float32Array.of(factor))],
  })
  if (!isInteger) return model
  model.graph!.node.push(makeNode('ArgMax', 'best', ['h'], ['y'], { axis: 1n }))
  const { value } = model.graph!.output[0]!.type!
  if (value.case === 'tensorType') value.value.elemType = DataType.INT64
  return model
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  await writeModel(scaled(1), file('a.onnx'))
  await writeModel(scaled(1.01), file('b.onnx'))
  await writeModel(scaled(0), file('zeros.onnx'))
  await writeModel(scaled(1, true), file('a-integers.onnx'))
  await writeModel(scaled(-1, true), file('b-integers.onnx'))
  await writeNpz(file('x.npz'), { x: { shape: [40, 6], data: randomFloats(240, 'own files') } })
})

afterAll(() => rm(directory, { recursive: true }))

function engines(a: string, b: string, calibration: string) {
  return buildEngines({
    model: file(a),
    calibration: calibration === 'random' ? calibration : file(calibration),
    variants: {
      a: { quantization: 'none', model: file(a) },
      b: { quantization: 'none', model: file(b) },
    },
  })
}

describe('a file of the user', () => {
  test('is compared with the model that the contract is about, on the data', async () => {
    const { a, b } = await engines('a.onnx', 'b.onnx', 'x.npz')
    expect(a!.outputErrors).toBeUndefined()
    expect(b!.outputErrors!.outputs[0]!.sqnr!.median).toBeCloseTo(40, 1)
    // A float model may have answers of its own.
    expect(b!.notes).toEqual([])
  })

  test('that takes other data is named where they are refused', async () => {
    await writeModel(scaled(1, false, 7), file('wide.onnx'))
    await expect(engines('a.onnx', 'wide.onnx', 'x.npz')).rejects.toThrow(
      /^variant `b`: \S+x\.npz: array `x` has samples of shape \[6\], the model takes \[7\]/,
    )
  })

  test('whose outputs another tool renamed is compared by position, and that is told', async () => {
    const renamed = scaled(1.01)
    renamed.graph!.node[0]!.output = ['renamed']
    renamed.graph!.output[0]!.name = 'renamed'
    await writeModel(renamed, file('renamed.onnx'))
    const { b } = await engines('a.onnx', 'renamed.onnx', 'x.npz')
    expect(b!.outputErrors!.outputs).toMatchObject([{ name: 'y' }])
    expect(b!.outputErrors!.outputs[0]!.sqnr!.median).toBeCloseTo(40, 1)
    expect(b!.notes).toEqual([
      'outputs have other names and the same shapes, and are compared by position: `renamed` with `y`',
    ])
  })

  test('whose outputs are others is not compared, and that is told', async () => {
    const sums = scaled(1)
    sums.graph!.node.push(makeNode('ReduceSum', 'sum', ['y'], ['sums'], { keepdims: 0n }))
    sums.graph!.output = [floatValue('sums', [])]
    await writeModel(sums, file('sums.onnx'))
    const { b } = await engines('a.onnx', 'sums.onnx', 'x.npz')
    expect(b!.outputErrors?.outputs[0]?.sqnr).toBeUndefined()
    expect(b!.notes).toContain(
      'has no output `y`, and none of the same shape and type in its place: nothing is compared with it',
    )
  })

  test('is not compared on random numbers', async () => {
    const { b } = await engines('a.onnx', 'b.onnx', 'random')
    expect(b!.outputErrors).toBeUndefined()
  })

  test('with integers alone: their share, and that no dB judges them', async () => {
    const { b } = await engines('a-integers.onnx', 'b-integers.onnx', 'x.npz')
    expect(b!.outputErrors!.outputs).toEqual([{ name: 'y', equal: { median: 0, worst: 0 } }])
    expect(b!.notes).toEqual([
      'all outputs are integers, which SQNR cannot judge: only how many are equal is told; labels (data.evaluation, `--evaluation`) say how many are right',
    ])
  })
})

test('a model that gives zeros alone is told to say nothing', async () => {
  const { b } = await engines('zeros.onnx', 'zeros.onnx', 'x.npz')
  // The same file has no error to itself.
  expect(b!.notes).toEqual([])
  await writeModel(scaled(-0), file('more-zeros.onnx'))
  const { b: other } = await engines('zeros.onnx', 'more-zeros.onnx', 'x.npz')
  expect(other!.outputErrors!.outputs).toMatchObject([{ sqnr: { worst: 200 }, silent: 4 }])
  expect(other!.notes).toEqual([
    'the float model itself gives nothing but zeros in 4 samples, so that its outputs say nothing of INT8: check its weights, and that the data are those it was made for',
  ])
})

test('compare prints the output error of b, given data', async () => {
  const { stdout } = await runCli(
    ['compare', 'a.onnx', 'b.onnx', '--calibration', 'x.npz', '--clause', 'b size <= a size'],
    { cwd: directory },
  )
  const row = (variant: string) => stdout.split('\n').find(line => line.startsWith(`${variant} `))
  expect(row('b')).toContain('40.0 dB (worst 40.0)')
  expect(row('a')).not.toContain('dB')
})
