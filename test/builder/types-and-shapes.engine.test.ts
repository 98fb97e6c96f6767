import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { accuracyScore } from '../../src/accuracy/score.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { quantizeFile } from '../../src/builder/quantize-file.ts'
import { scoresOf } from '../../src/contract/evaluate/scores.ts'
import { numberToFloat16 } from '../../src/data/float16.ts'
import { copyMessage } from '../../src/onnx/copy-message.ts'
import { makeNode } from '../../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type TensorProto,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.ts'
import { tensorData, tensorShape } from '../../src/onnx/tensor.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { dictionary, npyBytes } from '../data/npy-bytes.ts'
import { buildModel, conv, floatValue, randomTensor } from '../support/models/model-builder.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const floats = (...shape: number[]) => ({
  shape,
  data: randomFloats(
    shape.reduce((product, size) => product * size, 1),
    'data',
  ),
})

async function quantized(model: ModelProto, calibration: string, folder: string) {
  const path = join(folder, 'model.onnx')
  await writeModel(model, path)
  const out = join(folder, 'int8.onnx')
  const variant = { to: 'explicit', placement: 'onnxruntime' } as const
  return quantizeFile({ model: path, calibration, method: 'minmax', variant, out })
}

/** The same model in float16: inputs, outputs and weights. */
function inFloat16(model: ModelProto): ModelProto {
  const graph = model.graph!
  const half = ({ name }: { name: string }, shape?: readonly (number | string)[]) => {
    const value = floatValue(name, shape)
    if (value.type?.value.case === 'tensorType') value.type.value.value.elemType = DataType.FLOAT16
    return value
  }
  const shapeOf = (value: (typeof graph.input)[0]) =>
    value.type?.value.case === 'tensorType'
      ? value.type.value.value.shape?.dim.map(({ value: dim }) =>
          dim.case === 'dimValue' ? Number(dim.value) : String(dim.value),
        )
      : undefined
  const stored = (tensor: TensorProto) =>
    copyMessage(tensor, {
      dataType: DataType.FLOAT16,
      dims: tensorShape(tensor).map(BigInt),
      rawData: new Uint8Array(Uint16Array.from(tensorData(tensor) as Float32Array, numberToFloat16).buffer),
    })
  return copyMessage(model, {
    graph: copyMessage(graph, {
      input: graph.input.map(value => half(value, shapeOf(value))),
      output: graph.output.map(value => half(value)),
      initializer: graph.initializer.map(stored),
    }),
  })
}

test('a model in float16 is calibrated and scored on data in float16', async () => {
  const folder = await temporaryDirectory()
  const classifier = buildModel({
    inputs: { x: ['n', 16] },
    outputs: ['y'],
    nodes: [makeNode('MatMul', 'head', ['x', 'w'], ['y'])],
    initializers: [randomTensor('w', [16, 4])],
  })
  const { data } = floats(12, 16)
  const halves = new Uint8Array(Uint16Array.from(data, numberToFloat16).buffer)
  const label = npyBytes(dictionary("'<i4'", '(12,)'), new Uint8Array(new Int32Array(12).buffer))
  const x = npyBytes(dictionary("'<f2'", '(12, 16)'), halves)
  const npz = join(folder, 'half.npz')
  await writeFile(npz, zipSync({ 'x.npy': x, 'label.npy': label }))
  const { engine } = await quantized(inFloat16(classifier), npz, folder)
  expect(engine!.layers.int8).toBe(1)
  const model = join(folder, 'model.onnx')
  const engines = await buildEngines({
    model,
    calibration: npz,
    evaluation: npz,
    variants: {
      fp16: { quantization: 'none' },
      int8: { quantization: 'none', model: join(folder, 'int8.onnx') },
    },
  })
  const scores = await scoresOf(engines.fp16, accuracyScore, {})
  expect([...(await scoresOf(engines.int8, accuracyScore, {}))]).toEqual([...scores])
  expect(scores.some(score => score === 1)).toBe(true)
})

test('data in float32 for a model in float16 is rounded to it', async () => {
  const folder = await temporaryDirectory()
  const npz = join(folder, 'x.npz')
  await writeNpz(npz, { x: floats(4, 4, 8, 8) })
  const { engine } = await quantized(inFloat16(convRelu()), npz, folder)
  expect(engine!.operators.Conv).toEqual({ total: 1, int8: 1 })
})

test.each(['random', 'npz'])('a fixed batch is the batch, with data: %s', async from => {
  const folder = await temporaryDirectory()
  const { nodes, initializers } = conv('conv', 'x', 'y', [4, 8])
  const model = buildModel({ inputs: { x: [3, 4, 8, 8] }, outputs: ['y'], nodes, initializers })
  const npz = join(folder, 'x.npz')
  await writeNpz(npz, { x: floats(7, 4, 8, 8) })
  const { engine } = await quantized(model, from === 'npz' ? npz : 'random', folder)
  expect(engine!.context.target.batch).toBe(3)
  expect(engine!.operators.Conv).toEqual({ total: 1, int8: 1 })
})

test('a model with a free batch goes with one of a fixed batch', async () => {
  const folder = await temporaryDirectory()
  const { nodes, initializers } = conv('conv', 'x', 'y', [4, 8])
  const files = await Promise.all(
    ['n', 2].map(async batch => {
      const model = buildModel({ inputs: { x: [batch, 4, 8, 8] }, outputs: ['y'], nodes, initializers })
      const path = join(folder, `${batch}.onnx`)
      await writeModel(model, path)
      return path
    }),
  )
  const [free = '', fixed = ''] = files
  const spec = {
    model: free,
    calibration: 'random',
    variants: { b: { quantization: 'none', model: fixed } },
  } as const
  const { b } = await buildEngines(spec)
  expect(b.context.target.batch).toBe(2)
})

test.each(['random', 'npz'])('a state whose first axis is no batch, with data: %s', async from => {
  const folder = await temporaryDirectory()
  const model = buildModel({
    inputs: { x: [1, 16], state: [2, 1, 16] },
    outputs: ['y', 'next'],
    nodes: [makeNode('MatMul', 'head', ['x', 'w'], ['y']), makeNode('Tanh', 'tanh', ['state'], ['next'])],
    initializers: [randomTensor('w', [16, 4])],
  })
  const npz = join(folder, 'x.npz')
  await writeNpz(npz, { x: floats(5, 16), state: floats(5, 2, 1, 16) })
  const { engine } = await quantized(model, from === 'npz' ? npz : 'random', folder)
  expect(engine!.context.target.batch).toBe(1)
  expect(engine!.layers.int8).toBe(1)
})

test.each([{ past: ['batch', 'length', 8] }, { past: [1, 0, 8] }])(
  'the past of a first step has no entries: $past',
  async ({ past }) => {
    const folder = await temporaryDirectory()
    const model = buildModel({
      inputs: { x: [past[0]!, 4, 8], past },
      outputs: ['keys'],
      nodes: [
        makeNode('MatMul', 'key', ['x', 'w'], ['key']),
        makeNode('Concat', 'keys', ['past', 'key'], ['keys'], { axis: 1n }),
      ],
      initializers: [randomTensor('w', [8, 8])],
    })
    const npz = join(folder, 'x.npz')
    await writeNpz(npz, { x: floats(12, 4, 8), past: { shape: [12, 0, 8], data: new Float32Array() } })
    const { engine } = await quantized(model, npz, folder)
    expect(engine!.layers.int8).toBe(1)
    expect(engine!.outputErrors!.outputs[0]!.sqnr!.median).toBeGreaterThan(25)
  },
)

test('an output that is a sequence is named and left out; a sequence as input is refused', async () => {
  const folder = await temporaryDirectory()
  const sequence = (name: string) => {
    const elem = floatValue(name).type!
    const type = create(TypeProtoSchema, { value: { case: 'sequenceType', value: { elemType: elem } } })
    return create(ValueInfoProtoSchema, { name, type })
  }
  const { nodes, initializers } = conv('conv', 'x', 'y', [4, 8])
  const model = buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...nodes, makeNode('SplitToSequence', 'split', ['y'], ['parts'])],
    initializers,
  })
  model.graph!.output.push(sequence('parts'))
  const { engine } = await quantized(model, 'random', folder)
  expect(engine!.notes).toContain(
    'output `parts` is a sequence, a map or an optional value: it is computed and timed, but not compared',
  )

  model.graph!.output.splice(0, 1)
  await expect(quantized(model, 'random', folder)).rejects.toThrow(
    /model\.onnx: no output is a tensor \(`parts`: a sequence, a map or an optional value\)/,
  )

  const taken = buildModel({
    inputs: {},
    outputs: ['y'],
    nodes: [
      makeNode('ConcatFromSequence', 'join', ['parts'], ['c'], { axis: 0n }),
      makeNode('Relu', 'relu', ['c'], ['y']),
    ],
  })
  taken.graph!.input.push(sequence('parts'))
  await expect(quantized(taken, 'random', folder)).rejects.toThrow(
    /model\.onnx: input `parts` takes a sequence or an optional value, which cannot be fed .*: export the model with tensors of numbers as inputs$/,
  )
})
