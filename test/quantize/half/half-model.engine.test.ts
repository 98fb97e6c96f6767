import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openEngines } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import { numberToFloat16 } from '../../../src/data/float16.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../../../src/onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../../src/onnx/tensor.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { halfModel } from '../../../src/quantize/half/half-model.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { buildModel, conv, floatValue, randomFeed, tensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const shape = [2, 3, 4, 6]

function model(nodes: readonly NodeProto[], initializers: readonly TensorProto[] = []): ModelProto {
  return buildModel({ inputs: { x: shape }, outputs: ['y'], nodes, initializers, opset: 17 })
}

/** Signal to noise of `y` against float, dB. */
async function decibels(float: ModelProto, half: ModelProto): Promise<number> {
  const directory = await temporaryDirectory()
  const paths = [join(directory, 'float.onnx'), join(directory, 'half.onnx')] as const
  await writeModel(float, paths[0])
  await writeModel(half, paths[1])
  const engines = await openEngines(paths.map(path => ({ id: path, model: path, settings: { threads: 1 } })))
  try {
    const [before, after] = await Promise.all(
      paths.map(async path => (await engines.infer(path, [randomFeed('x', shape)]))[0]!.get('y')!),
    )
    expect(after!.type).toBe(before!.type)
    expect(after!.shape).toEqual(before!.shape)
    const values = [...before!.data].map(Number)
    const noise = [...after!.data].reduce<number>(
      (sum, value, i) => sum + (Number(value) - values[i]!) ** 2,
      0,
    )
    return 10 * Math.log10(values.reduce((sum, value) => sum + value ** 2, 0) / (noise || Number.MIN_VALUE))
  } finally {
    await engines.stop()
  }
}

/** Element types of what stays stored. */
const storedTypes = ({ graph }: ModelProto) => new Set(graph!.initializer.map(({ dataType }) => dataType))

const first = conv('first', 'x', 'c', [3, 4])

describe('a model in half gives what it gave', () => {
  const factors = tensor('factors', [4], Float32Array.of(1, 1, 2, 2))
  test.each<[string, NodeProto[], TensorProto[]]>([
    ['Conv and Relu', [...first.nodes, makeNode('Relu', 'relu', ['c'], ['y'])], first.initializers],
    [
      'Resize, whose scales stay in 32 bits',
      [...first.nodes, makeNode('Resize', 'resize', ['c', '', 'factors'], ['y'])],
      [...first.initializers, factors],
    ],
    [
      'a shape that is computed in floats',
      [
        makeNode('Shape', 'shape', ['x'], ['s']),
        makeNode('Cast', 'cast', ['s'], ['f'], { to: BigInt(DataType.FLOAT) }),
        makeNode('Mul', 'twice', ['f', 'factors'], ['g']),
        makeNode('Cast', 'back', ['g'], ['sizes'], { to: BigInt(DataType.INT64) }),
        ...first.nodes,
        makeNode('Slice', 'channels', ['c', 'zero', 'three', 'one'], ['d']),
        makeNode('Resize', 'resize', ['d', '', '', 'sizes'], ['y']),
      ],
      [
        ...first.initializers,
        factors,
        tensor('zero', [1], BigInt64Array.of(0n)),
        tensor('three', [1], BigInt64Array.of(3n)),
        tensor('one', [1], BigInt64Array.of(1n)),
      ],
    ],
    [
      'an output that is read besides',
      [...first.nodes, makeNode('Relu', 'relu', ['c'], ['y']), makeNode('Abs', 'abs', ['y'], ['unread'])],
      first.initializers,
    ],
  ])('%s', async (_, nodes, initializers) => {
    const float = model(nodes, initializers)
    const { model: half, inFloat } = halfModel(float)
    expect(inFloat).toEqual([])
    expect(half.graph!.input).toEqual(float.graph!.input)
    expect(half.graph!.output).toEqual(float.graph!.output)
    expect(half.graph!.node.find(({ name }) => name === 'first')!.input[1]).toBe('first.weight_half')
    expect(await decibels(float, half)).toBeGreaterThan(45)
  })
})

test('what half cannot hold stays in 32 bits, by name', async () => {
  const nodes = [
    makeNode('Mul', 'large', ['x', 'huge'], ['l']),
    makeNode('Div', 'small', ['l', 'huge'], ['d']),
    makeNode('Relu', 'relu', ['d'], ['y']),
  ]
  const float = model(nodes, [tensor('huge', [], Float32Array.of(1e6))])
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat).toEqual([
    { name: 'large', op: 'Mul', reason: 'stores 1.00e+6 in `huge`, which half does not hold' },
    { name: 'small', op: 'Div', reason: 'stores 1.00e+6 in `huge`, which half does not hold' },
  ])
  expect(await decibels(float, half)).toBeGreaterThan(45)
})

test('what is known to take large values stays in 32 bits', () => {
  const float = model([makeNode('Exp', 'exp', ['x'], ['e']), makeNode('Log', 'log', ['e'], ['y'])])
  const { inFloat } = halfModel(float, name => (name === 'e' ? 1e5 : undefined))
  expect(inFloat).toEqual([
    { name: 'exp', op: 'Exp', reason: 'has values up to 1.00e+5 in `e`' },
    { name: 'log', op: 'Log', reason: 'has values up to 1.00e+5 in `e`' },
  ])
})

test('control flow stays in 32 bits, and reads what it read', async () => {
  const branch = (name: string, op: NodeProto) =>
    create(GraphProtoSchema, { name, node: [op], output: [floatValue(op.output[0]!)] })
  const choice = makeNode('If', 'choice', ['condition'], ['chosen'])
  for (const [name, op] of [
    ['then_branch', makeNode('Relu', '', ['c'], ['then'])],
    ['else_branch', makeNode('Neg', '', ['c'], ['else'])],
  ] as const) {
    const g = branch(name, op)
    choice.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g }))
  }
  const condition = Object.assign(tensor('condition', [1], Uint8Array.of(1)), { dataType: DataType.BOOL })
  const nodes = [...first.nodes, choice, makeNode('Tanh', 'tanh', ['chosen'], ['y'])]
  const float = model(nodes, [...first.initializers, condition])
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat).toEqual([{ name: 'choice', op: 'If', reason: 'runs a graph of its own' }])
  expect(await decibels(float, half)).toBeGreaterThan(45)
})

/** x -> Q -> DQ -> Conv whose weights are stored in INT8. */
function quantized(scale: number, weightScales: readonly number[]): ModelProto {
  const integers = Int8Array.from({ length: 4 * 3 * 3 * 3 }, (_, i) => ((i * 37) % 255) - 127)
  return model(
    [
      makeNode('QuantizeLinear', 'q', ['x', 'scale', 'zero'], ['xq']),
      makeNode('DequantizeLinear', 'dq', ['xq', 'scale', 'zero'], ['xd']),
      makeNode('DequantizeLinear', 'weight', ['w', 'w_scale', 'w_zero'], ['wd'], { axis: 0n }),
      makeNode('Conv', 'first', ['xd', 'wd'], ['y'], { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }),
    ],
    [
      tensor('scale', [], Float32Array.of(scale)),
      tensor('zero', [], Int8Array.of(0)),
      tensor('w', [4, 3, 3, 3], integers),
      tensor('w_scale', [4], Float32Array.from(weightScales)),
      tensor('w_zero', [4], new Int8Array(4)),
    ],
  )
}

test('pairs take half, with scales in half', async () => {
  const float = quantized(0.01, [0.01, 0.02, 0.005, 0.01])
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat).toEqual([])
  expect(storedTypes(half)).toEqual(new Set([DataType.INT8, DataType.FLOAT16]))
  expect(await decibels(float, half)).toBeGreaterThan(40)
})

test('a scale that half does not hold keeps its pair in 32 bits', async () => {
  const float = quantized(1e-7, [0.01, 0.02, 0.005, 0.01])
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat.map(({ name, reason }) => [name, reason])).toEqual([
    ['q', 'has the scale 1.00e-7, which half does not hold'],
    ['dq', 'has the scale 1.00e-7, which half does not hold'],
  ])
  expect(await decibels(float, half)).toBeGreaterThan(40)
})

test('channels that the network hardly uses get the smallest scale of half', async () => {
  const float = quantized(0.01, [0.01, 1e-9, 0.005, 0.01])
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat).toEqual([])
  const scales = half.graph!.initializer.find(({ name }) => name.startsWith('w_scale'))!
  expect(tensorShape(scales)).toEqual([4])
  expect(scales.dataType).toBe(DataType.FLOAT16)
  expect(await decibels(float, half)).toBeGreaterThan(40)
})

test('all weights that small are left as they are', () => {
  const { inFloat } = halfModel(quantized(0.01, [1e-8, 1e-9, 1e-8, 1e-8]))
  expect(inFloat.map(({ name }) => name)).toEqual(['weight'])
})

test('a model of float16 that was taken apart in 32 bits is in half again, without casts there and back', async () => {
  const whole = model(
    [...first.nodes, makeNode('Relu', 'relu', ['c'], ['y'])],
    first.initializers.map(each => inFloat16(each)),
  )
  for (const value of [...whole.graph!.input, ...whole.graph!.output]) {
    if (value.type!.value.case === 'tensorType') value.type!.value.value.elemType = DataType.FLOAT16
  }
  const float = quantizableForm(whole).model
  expect(storedTypes(float)).toEqual(new Set([DataType.FLOAT]))
  const { model: half, inFloat } = halfModel(float)
  expect(inFloat).toEqual([])
  expect(storedTypes(half)).toEqual(new Set([DataType.FLOAT16]))
  expect(half.graph!.node.map(({ opType }) => opType)).toEqual(['Conv', 'Relu', 'Cast'])
  const path = join(await temporaryDirectory(), 'half.onnx')
  await writeModel(half, path)
  const engines = await openEngines([{ id: 'half', model: path, settings: { threads: 1 } }])
  onTestFinished(() => engines.stop())
  expect(engines.signatures.get('half')!.inputs[0]!.type).toBe('float16')
})

function inFloat16(given: TensorProto): TensorProto {
  const patterns = Uint16Array.from(floatData(given), numberToFloat16)
  const made = makeTensor(given.name, tensorShape(given), patterns)
  made.dataType = DataType.FLOAT16
  return made
}
