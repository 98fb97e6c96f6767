import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { quantizeFile } from '../../src/builder/quantize-file.ts'
import { makeAttribute } from '../../src/onnx/attributes.ts'
import { copyMessage } from '../../src/onnx/copy-message.ts'
import { makeNode } from '../../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  OperatorSetIdProtoSchema,
} from '../../src/onnx/onnx_pb.ts'
import { floatData, tensorShape } from '../../src/onnx/tensor.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, floatValue, randomTensor, tensor } from '../support/models/model-builder.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function write(model: ModelProto, name = 'model.onnx'): Promise<string> {
  const path = join(await temporaryDirectory(), name)
  await writeModel(model, path)
  return path
}

async function quantized(model: ModelProto, to: 'explicit' | 'implicit' = 'explicit') {
  const path = await write(model)
  return quantizeFile({
    model: path,
    calibration: 'random',
    method: 'minmax',
    variant: to === 'explicit' ? { to, placement: 'onnxruntime' } : { to },
    out: `${path}.int8.onnx`,
  })
}

const contrib = (op: string, name: string, input: readonly string[], output: readonly string[]) =>
  copyMessage(makeNode(op, name, input, output), { domain: 'com.microsoft' })

function withContrib(model: ModelProto): ModelProto {
  const own = create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n })
  return copyMessage(model, { opsetImport: [...model.opsetImport, own] })
}

/** x -> MatMul -> the activation -> MatMul -> SkipLayerNormalization -> MatMul -> y, as transformers are fused. */
function fused(activation: string): ModelProto {
  const sizes = [
    [16, 32],
    [32, 16],
    [16, 16],
  ]
  return withContrib(
    buildModel({
      inputs: { x: ['n', 4, 16] },
      outputs: ['y'],
      nodes: [
        makeNode('MatMul', 'up', ['x', 'w0'], ['a']),
        contrib(activation, 'activation', activation === 'BiasGelu' ? ['a', 'bias'] : ['a'], ['b']),
        makeNode('MatMul', 'down', ['b', 'w1'], ['c']),
        contrib('SkipLayerNormalization', 'norm', ['c', 'x', 'gamma', 'beta'], ['d']),
        makeNode('MatMul', 'head', ['d', 'w2'], ['y']),
      ],
      initializers: [
        ...sizes.map((size, i) => randomTensor(`w${i}`, size)),
        ...['gamma', 'beta'].map(name => randomTensor(name, [16])),
        randomTensor('bias', [32]),
      ],
    }),
  )
}

test.each(['Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu'])(
  'what lies behind com.microsoft %s is in INT8: the runtime knows its type',
  async activation => {
    const { engine, inFloat } = await quantized(fused(activation))
    expect(inFloat).toEqual([])
    expect(engine!.layers.int8).toBe(3)
  },
)

/**
 * x -> FusedMatMul with a constant, a factor and a transposition -> scores with themselves -> MultiHeadAttention -> y, as
 * `onnxruntime.transformers` writes them.
 */
function fusedProducts(): ModelProto {
  const product = contrib('FusedMatMul', 'product', ['x', 'w'], ['a'])
  product.attribute.push(makeAttribute('alpha', 0.5), makeAttribute('transB', 1n))
  const scores = contrib('FusedMatMul', 'scores', ['a', 'a'], ['s'])
  scores.attribute.push(makeAttribute('alpha', 0.25), makeAttribute('transB', 1n))
  const attention = contrib('MultiHeadAttention', 'attention', ['a', 'a', 'a'], ['y'])
  attention.attribute.push(makeAttribute('num_heads', 2n))
  return withContrib(
    buildModel({
      inputs: { x: [2, 4, 16] },
      outputs: ['y', 's'],
      nodes: [product, scores, attention],
      initializers: [randomTensor('w', [32, 16])],
    }),
  )
}

test('a FusedMatMul with constants runs in INT8 as a MatMul; other fused products are told by name', async () => {
  const model = await write(fusedProducts())
  const out = `${model}.int8.onnx`
  const calibration = join(await temporaryDirectory(), 'x.npz')
  await writeNpz(calibration, { x: { shape: [16, 4, 16], data: randomFloats(16 * 64, 'x') } })
  const { engine, inFloat } = await quantizeFile({
    model,
    calibration,
    method: 'minmax',
    variant: { to: 'explicit', placement: 'onnxruntime' },
    out,
  })
  expect(engine!.operators.MatMul).toMatchObject({ int8: 1 })
  for (const { name, sqnr } of engine!.outputErrors!.outputs) expect(sqnr!.worst, name).toBeGreaterThan(25)
  expect(inFloat).toEqual([
    {
      name: 'scores',
      op: 'FusedMatMul',
      reason:
        'is a product of computed tensors with a factor or a transposition, fused for ONNX Runtime: its products have no INT8 kernels',
    },
    {
      name: 'attention',
      op: 'MultiHeadAttention',
      reason: 'is a whole attention, fused for ONNX Runtime: its products have no INT8 kernels',
    },
  ])
})

/** x -> DynamicQuantizeLinear -> MatMulInteger -> y */
function dynamic(): ModelProto {
  return buildModel({
    inputs: { x: ['n', 16] },
    outputs: ['y'],
    nodes: [
      makeNode('DynamicQuantizeLinear', 'dynamic', ['x'], ['q', 's', 'z']),
      makeNode('MatMulInteger', 'product', ['q', 'w', 'z'], ['i']),
      makeNode('Cast', 'cast', ['i'], ['f'], { to: 1n }),
      makeNode('Mul', 'scale', ['f', 's'], ['y']),
    ],
    initializers: [
      tensor(
        'w',
        [16, 4],
        Int8Array.from({ length: 64 }, (_, i) => (i % 11) - 5),
      ),
    ],
  })
}

/** x -> QuantizeLinear -> QLinearMatMul -> DequantizeLinear -> y */
function qoperator(): ModelProto {
  return buildModel({
    inputs: { x: ['n', 16] },
    outputs: ['y'],
    nodes: [
      makeNode('QuantizeLinear', 'in', ['x', 's', 'z'], ['q']),
      makeNode('QLinearMatMul', 'product', ['q', 's', 'z', 'w', 's', 'zw', 's', 'z'], ['p']),
      makeNode('DequantizeLinear', 'out', ['p', 's', 'z'], ['y']),
    ],
    initializers: [
      tensor(
        'w',
        [16, 4],
        Int8Array.from({ length: 64 }, (_, i) => (i % 11) - 5),
      ),
      tensor('s', [], Float32Array.of(0.05)),
      tensor('z', [], Uint8Array.of(128)),
      tensor('zw', [], Int8Array.of(0)),
    ],
  })
}

test.each([
  ['QOperator', 'QLinearMatMul', qoperator],
  ['dynamic quantization', 'DynamicQuantizeLinear', dynamic],
])('%s is quantized already, and runs as an explicit variant', async (form, op, model) => {
  await expect(quantized(model())).rejects.toThrow(
    `is a ${op}, so the model is quantized already (${form}): give the float model that it was made from, or name this one as \`model\` of an explicit variant`,
  )
  const float = await write(
    buildModel({
      inputs: { x: ['n', 16] },
      outputs: ['y'],
      nodes: [makeNode('MatMul', 'product', ['x', 'w'], ['y'])],
      initializers: [randomTensor('w', [16, 4])],
    }),
  )
  const explicit = { quantization: 'explicit', model: await write(model()) } as const
  const engines = await buildEngines({ model: float, calibration: 'random', variants: { explicit } })
  expect(engines.explicit.model).toBe(explicit.model)
})

test.each(['explicit', 'implicit'] as const)('%s: nothing to quantize is said with the reason', async to => {
  const lstm = buildModel({
    inputs: { x: [4, 1, 8] },
    outputs: ['y'],
    nodes: [makeNode('LSTM', 'lstm', ['x', 'w', 'r'], ['y'], { hidden_size: 8n })],
    initializers: [randomTensor('w', [1, 32, 8]), randomTensor('r', [1, 32, 8])],
  })
  await expect(quantized(lstm, to)).rejects.toThrow(
    /model\.onnx has no node that placement `onnxruntime` can put into INT8: node lstm \(LSTM\) is recurrent, for which there are no INT8 kernels; use it in float$/,
  )
})

test('a model in float64 is told to be exported in float32', async () => {
  const model = buildModel({
    inputs: { x: [4, 8] },
    outputs: ['y'],
    nodes: [makeNode('MatMul', 'matmul', ['x', 'w'], ['y'])],
    initializers: [
      tensor(
        'w',
        [8, 8],
        Float64Array.from({ length: 64 }, (_, i) => i),
      ),
    ],
  })
  for (const { type } of [...model.graph!.input, ...model.graph!.output]) {
    if (type?.value.case === 'tensorType') type.value.value.elemType = DataType.DOUBLE
  }
  await expect(quantized(model, 'explicit')).rejects.toThrow(
    /node matmul \(MatMul\) has weights in float64; there are INT8 forms of float32 alone: export the model in float32$/,
  )
})

function withValue(model: ModelProto, name: string, value: number): ModelProto {
  const broken = (each: (typeof model.graph & object)['initializer'][0]) => {
    const data = floatData(each).slice()
    data[1] = value
    return tensor(each.name, tensorShape(each), data)
  }
  const graph = model.graph!
  const initializer = graph.initializer.map(each => (each.name === name ? broken(each) : each))
  return copyMessage(model, { graph: copyMessage(graph, { initializer }) })
}

test.each([
  ['conv.weight', Number.NaN, 288],
  ['conv.bias', Number.NEGATIVE_INFINITY, 8],
])('%s with %d is named with its node and file', async (name, value, size) => {
  await expect(quantized(withValue(convRelu(), name, value))).rejects.toThrow(
    `model.onnx: \`${name}\`, which node \`conv\` (Conv) reads, holds ${value} in 1 of ${size} values: export the model again from one that works`,
  )
})

test('of a float model it is told, and it is measured as it is', async () => {
  const model = await write(withValue(convRelu(), 'conv.weight', Number.NaN))
  const { fp32 } = await buildEngines({
    model,
    calibration: 'random',
    variants: { fp32: { quantization: 'none' } },
  })
  expect(fp32.notes).toEqual([
    '`conv.weight`, which node `conv` (Conv) reads, holds NaN in 1 of 288 values: what comes of it is no number',
  ])
})

/** x -> Q -> DQ -> MatMul(DQ) -> y, with zero points or without. */
function pairs({ scale = 0.05, zeroPoints = true }): ModelProto {
  const of = (data: string, s: string, z: string) => (zeroPoints ? [data, s, z] : [data, s])
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      makeNode('QuantizeLinear', 'q', of('x', 's', 'z'), ['xq']),
      makeNode('DequantizeLinear', 'dq', of('xq', 's', 'z'), ['xd']),
      makeNode('DequantizeLinear', 'dqw', of('wq', 'sw', 'zw'), ['w']),
      makeNode('Conv', 'conv', ['xd', 'w'], ['c'], { kernel_shape: [3n, 3n] }),
      makeNode('QuantizeLinear', 'qc', of('c', 's', 'z'), ['cq']),
      makeNode('DequantizeLinear', 'dqc', of('cq', 's', 'z'), ['y']),
    ],
    initializers: [
      tensor(
        'wq',
        [8, 4, 3, 3],
        Int8Array.from({ length: 288 }, (_, i) => (i % 11) - 5),
      ),
      tensor('s', [], Float32Array.of(scale)),
      tensor('sw', [], Float32Array.of(0.01)),
      tensor('z', [], Uint8Array.of(0)),
      tensor('zw', [], Int8Array.of(0)),
    ],
  })
}

test.each(['none', 'explicit'] as const)(
  'a scale of NaN in a Q/DQ file is named: variant %s',
  async quantization => {
    const model = await write(pairs({ scale: Number.NaN }), 'mine.qdq.onnx')
    const spec = {
      model: await write(convRelu()),
      calibration: 'random',
      variants: { v: { quantization, model } },
    } as const
    await expect(buildEngines(spec)).rejects.toThrow(
      /mine\.qdq\.onnx: `s`, which node `q` \(QuantizeLinear\) reads, holds NaN in 1 of 1 values/,
    )
  },
)

test.each(['none', 'explicit'] as const)(
  'a Q/DQ file without zero points runs, or is named with the node: variant %s',
  async quantization => {
    const model = await write(pairs({ zeroPoints: false }), 'mine.qdq.onnx')
    const spec = {
      model: await write(convRelu()),
      calibration: 'random',
      variants: { v: { quantization, model } },
    } as const
    // Later runtimes may fuse such pairs.
    const said = await buildEngines(spec).then(
      ({ v }) => v.model,
      (error: Error) => error.message,
    )
    expect(said).toContain('mine.qdq.onnx')
    if (said !== model)
      expect(said).toMatch(/node `conv` reads `dqw?` \(DequantizeLinear\), which has no zero point/)
  },
)

test('an operator without a kernel for its type is named with both', async () => {
  const model = buildModel({
    inputs: { x: [1, 4] },
    outputs: ['y'],
    nodes: [
      makeNode('Cast', 'narrow', ['x'], ['n'], { to: BigInt(DataType.BFLOAT16) }),
      makeNode('MatMul', 'product', ['n', 'n'], ['m'], {}),
      makeNode('Cast', 'wide', ['m'], ['y'], { to: BigInt(DataType.FLOAT) }),
    ],
  })
  model.graph!.input = [floatValue('x', [4, 4])]
  const spec = {
    model: await write(model),
    calibration: 'random',
    variants: { v: { quantization: 'none' } },
  } as const
  await expect(buildEngines(spec)).rejects.toThrow(
    /model\.onnx: ONNX Runtime cannot load it: .*; node `product` computes in bfloat16, for which this device has no kernel of it: export the model in float32/,
  )
})
