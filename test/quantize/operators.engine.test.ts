import { describe, expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../../src/onnx/onnx_pb.ts'
import { placements } from '../../src/quantize/placements.ts'
import { buildModel, conv, type ModelParts, randomTensor, tensor } from '../support/models/model-builder.ts'
import { allowed, runPlacements } from './run-placements.ts'

const image = [1, 8, 8, 8]

/** x -> Conv -> c -> the nodes under test -> d -> Conv -> y */
function between(nodes: readonly NodeProto[], initializers: readonly TensorProto[] = [], channels = 8) {
  const [first, last] = [conv('first', 'x', 'c', [8, 8]), conv('last', 'd', 'y', [channels, 8])]
  return model(
    [...first.nodes, ...nodes, ...last.nodes],
    [...first.initializers, ...initializers, ...last.initializers],
  )
}

function model(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  shape: ModelParts['inputs'][string] = image,
) {
  return buildModel({ inputs: { x: shape }, outputs: ['y'], nodes, initializers, opset: 20 })
}

const one = (op: string, attributes: Parameters<typeof makeNode>[4] = {}, ...more: readonly string[]) => [
  makeNode(op, op, ['c', ...more], ['d'], attributes),
]
const ints = (name: string, ...values: readonly number[]) =>
  tensor(name, [values.length], BigInt64Array.from(values, BigInt))
const floats = (name: string, ...values: readonly number[]) =>
  tensor(name, [values.length], Float32Array.from(values))
const positive = (name: string) =>
  tensor(
    name,
    [8],
    Float32Array.from({ length: 8 }, (_, i) => 0.5 + i / 8),
  )
const perChannel = (...names: readonly string[]) => names.map(name => randomTensor(name, [8]))

/** Between two convolutions: what stays around them in float, and how many of the nodes run in integers. */
describe('an operator between two convolutions', () => {
  test.each<[string, NodeProto[], TensorProto[], Record<string, number>, number?]>([
    ['LeakyRelu', one('LeakyRelu', { alpha: 0.1 }), [], { QLinearLeakyRelu: 1 }],
    ['Sigmoid', one('Sigmoid'), [], { QLinearSigmoid: 1 }],
    ['Softmax', one('Softmax', { axis: 1n }), [], { QLinearSoftmax: 1 }],
    ['Mul with a constant', one('Mul', {}, 'k'), [randomTensor('k', [8, 1, 1])], { QLinearMul: 1 }],
    ['Add with a constant', one('Add', {}, 'k'), [randomTensor('k', [8, 1, 1])], { QLinearAdd: 1 }],
    ['Concat', one('Concat', { axis: 1n }, 'x'), [], { QLinearConcat: 1 }, 16],
    [
      'Concat with a constant',
      one('Concat', { axis: 1n }, 'k'),
      [randomTensor('k', image)],
      { QLinearConcat: 1 },
      16,
    ],
    ['AveragePool', one('AveragePool', { kernel_shape: [2n, 2n] }), [], { QLinearAveragePool: 1 }],
    ['GlobalAveragePool', one('GlobalAveragePool'), [], { QLinearGlobalAveragePool: 1 }],
    ['MaxPool', one('MaxPool', { kernel_shape: [2n, 2n] }), [], { NhwcMaxPool: 1 }],
    ['nearest Resize', one('Resize', {}, '', 's'), [floats('s', 1, 1, 2, 2)], { Resize: 1 }],
    ['linear Resize', one('Resize', { mode: 'linear' }, '', 's'), [floats('s', 1, 1, 2, 2)], { Resize: 1 }],
    ['Pad', one('Pad', {}, 'p'), [ints('p', 0, 0, 1, 1, 0, 0, 1, 1)], { Pad: 1 }],
    ['Slice', one('Slice', {}, 'b', 'e', 'a'), [ints('b', 2), ints('e', 6), ints('a', 1)], { Slice: 1 }, 4],
    ['Gather', one('Gather', { axis: 1n }, 'i'), [ints('i', 0, 3, 5, 7)], { Gather: 1 }, 4],
    ['Reshape', one('Reshape', {}, 's'), [ints('s', 1, 8, 4, 16)], { Reshape: 1 }],
    ['Transpose', one('Transpose', { perm: [0n, 1n, 3n, 2n] }), [], {}],
    [
      'Split',
      [makeNode('Split', 'Split', ['c'], ['d', 'e'], { axis: 1n, num_outputs: 2n })],
      [],
      { Split: 1 },
      4,
    ],
    [
      'Unsqueeze, Squeeze',
      [makeNode('Unsqueeze', 'u', ['c', 'a'], ['e']), makeNode('Squeeze', 's', ['e', 'a'], ['d'])],
      [ints('a', 0)],
      {},
    ],
    ['Tanh', one('Tanh'), [], { Tanh: 1 }],
    ['HardSwish', one('HardSwish'), [], {}],
    ['HardSigmoid', one('HardSigmoid'), [], { HardSigmoid: 1 }],
    ['Gelu', one('Gelu'), [], { Gelu: 1 }],
    ['Elu', one('Elu'), [], { Elu: 1 }],
    ['PRelu', one('PRelu', {}, 'k'), [randomTensor('k', [8, 1, 1])], { PRelu: 1 }],
    [
      'HardSwish in parts',
      [
        makeNode('Add', 'plus', ['c', 'three'], ['e']),
        makeNode('Clip', 'clip', ['e', 'low', 'six'], ['f']),
        makeNode('Mul', 'mul', ['c', 'f'], ['g']),
        makeNode('Div', 'div', ['g', 'six'], ['d']),
      ],
      [['low', 0] as const, ['three', 3] as const, ['six', 6] as const].map(([name, value]) =>
        tensor(name, [], Float32Array.of(value)),
      ),
      {},
    ],
    [
      'GELU in parts',
      [
        makeNode('Div', 'div', ['c', 'root'], ['e']),
        makeNode('Erf', 'erf', ['e'], ['f']),
        makeNode('Add', 'plus', ['f', 'one'], ['g']),
        makeNode('Mul', 'mul', ['c', 'g'], ['h']),
        makeNode('Mul', 'half', ['h', 'by'], ['d']),
      ],
      [['root', Math.SQRT2] as const, ['one', 1] as const, ['by', 0.5] as const].map(([name, value]) =>
        tensor(name, [], Float32Array.of(value)),
      ),
      {},
    ],
    [
      'BatchNormalization behind an Add, where it cannot be folded',
      [
        makeNode('Add', 'add', ['c', 'x'], ['e']),
        makeNode('BatchNormalization', 'norm', ['e', 'scale', 'shift', 'mean', 'variance'], ['d']),
      ],
      [...perChannel('scale', 'shift', 'mean'), positive('variance')],
      { QLinearAdd: 1, BatchNormalization: 1 },
    ],
    [
      'InstanceNormalization',
      one('InstanceNormalization', {}, 'scale', 'shift'),
      perChannel('scale', 'shift'),
      { InstanceNormalization: 1 },
    ],
    [
      'LayerNormalization',
      one('LayerNormalization', { axis: -1n }, 'scale', 'shift'),
      perChannel('scale', 'shift'),
      { LayerNormalization: 1 },
    ],
    [
      'ConvTranspose',
      one('ConvTranspose', { kernel_shape: [2n, 2n], strides: [2n, 2n] }, 't'),
      [randomTensor('t', [8, 8, 2, 2])],
      { ConvTranspose: 1 },
    ],
    [
      'grouped ConvTranspose',
      one('ConvTranspose', { kernel_shape: [2n, 2n], group: 4n }, 't', 'tb'),
      [randomTensor('t', [8, 2, 2, 2]), randomTensor('tb', [8])],
      { ConvTranspose: 1 },
    ],
  ])('%s', async (_, nodes, initializers, expected, channels) => {
    const { errors, fused } = await runPlacements(between(nodes, initializers, channels), image)
    // Float, and of each placement three forms and one computed in float.
    expect(errors.size).toBe(1 + 4 * Object.keys(placements).length)
    for (const [id, error] of errors) expect(error, id).toBeLessThanOrEqual(2 * allowed(id))
    expect(await fused('onnxruntime')).toMatchObject({ QLinearConv: 2, ...expected })
  })
})

describe('forms of convolutions and products', () => {
  const depthwise = { kernel_shape: [3n, 3n], group: 8n }
  test.each<[string, ReturnType<typeof model>, readonly number[], Record<string, number>]>([
    [
      'Conv in one dimension',
      model(
        [makeNode('Conv', 'c', ['x', 'w', 'b'], ['y'])],
        [randomTensor('w', [8, 4, 3]), randomTensor('b', [8])],
        [1, 4, 16],
      ),
      [1, 4, 16],
      { QLinearConv: 1 },
    ],
    [
      'Conv in three dimensions',
      model(
        [makeNode('Conv', 'c', ['x', 'w'], ['y'])],
        [randomTensor('w', [8, 4, 2, 2, 2])],
        [1, 4, 4, 4, 4],
      ),
      [1, 4, 4, 4, 4],
      { QLinearConv: 1 },
    ],
    [
      'grouped Conv',
      model([makeNode('Conv', 'c', ['x', 'w'], ['y'], { group: 2n })], [randomTensor('w', [8, 4, 3, 3])]),
      image,
      { QLinearConv: 1 },
    ],
    [
      'depthwise Conv',
      model([makeNode('Conv', 'c', ['x', 'w'], ['y'], depthwise)], [randomTensor('w', [8, 1, 3, 3])]),
      image,
      { QLinearConv: 1 },
    ],
    [
      'a batch and a size that are not known',
      model(
        [makeNode('Conv', 'c', ['x', 'w'], ['y'])],
        [randomTensor('w', [8, 8, 3, 3])],
        ['N', 8, 'H', 'W'],
      ),
      image,
      { QLinearConv: 1 },
    ],
    [
      'product of two activations',
      model(
        [
          makeNode('Transpose', 't', ['x'], ['u'], { perm: [0n, 2n, 1n] }),
          makeNode('MatMul', 'm', ['x', 'u'], ['y']),
        ],
        [],
        [1, 4, 16],
      ),
      [1, 4, 16],
      { MatMulIntegerToFloat: 1 },
    ],
    [
      'MatMul with a batch of weights',
      model([makeNode('MatMul', 'm', ['x', 'w'], ['y'])], [randomTensor('w', [2, 16, 16])], [1, 4, 16]),
      [1, 4, 16],
      {},
    ],
    [
      'weights in Constant nodes',
      model(
        [
          makeNode('Constant', 'k', [], ['w'], { value: randomTensor('w', [8, 8, 3, 3]) }),
          makeNode('Conv', 'c', ['x', 'w'], ['y']),
        ],
        [],
      ),
      image,
      { QLinearConv: 1 },
    ],
    [
      'weights in 16 bits',
      model(
        [
          makeNode('Cast', 'wide', ['h'], ['w'], { to: BigInt(DataType.FLOAT) }),
          makeNode('Conv', 'c', ['x', 'w'], ['y']),
        ],
        // Bit patterns of 0.5 to 2 and of their negatives.
        [
          Object.assign(
            tensor(
              'h',
              [8, 8, 1, 1],
              Uint16Array.from({ length: 64 }, (_, i) => ((i % 2) << 15) | (0x3800 + 23 * i)),
            ),
            { dataType: DataType.FLOAT16 },
          ),
        ],
      ),
      image,
      { QLinearConv: 1 },
    ],
  ])('%s', async (_, float, shape, expected) => {
    const { errors, fused } = await runPlacements(float, shape)
    for (const [id, error] of errors) expect(error, id).toBeLessThanOrEqual(2 * allowed(id))
    expect(await fused('onnxruntime')).toMatchObject(expected)
  })
})
