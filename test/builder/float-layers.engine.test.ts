import { describe, expect, test } from 'vitest'
import { type MethodName, methods } from '../../src/calibration/methods.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto, NodeProto } from '../../src/onnx/onnx_pb.ts'
import { buildModel, conv, randomTensor, tensor } from '../support/models/model-builder.ts'
import { quantized, type Samples } from '../support/quantization-errors.ts'
import { randomFloats } from '../support/random-floats.ts'

const scalar = (name: string, value: number) => tensor(name, [], Float32Array.of(value))
const axes = (name: string, ...values: number[]) =>
  tensor(name, [values.length], BigInt64Array.from(values, BigInt))

function floats(name: string, shape: readonly number[], largest = 1): Samples {
  const size = shape.reduce((product, length) => product * length, 1)
  return { [name]: { shape: [...shape], data: randomFloats(size, name, largest) } }
}

/** Names of the tensors that a QuantizeLinear reads. */
function quantizedTensors({ graph }: ModelProto): string[] {
  return graph!.node.flatMap(({ opType, input }) => (opType === 'QuantizeLinear' ? [input[0]!] : []))
}

function operatorsBehindQuantizers({ graph }: ModelProto): Set<string> {
  const dequantized = new Set(
    graph!.node.flatMap(({ opType, output }) => (opType === 'DequantizeLinear' ? output : [])),
  )
  return new Set(graph!.node.filter(({ input }) => dequantized.has(input[0]!)).map(({ opType }) => opType))
}

describe('values of unlike size have scales of their own', () => {
  const image = floats('x', [16, 3, 8, 8])
  const stem = conv('stem', 'x', 'c', [3, 8])
  const boxes = {
    node: makeNode('Conv', 'boxes', ['r', 'wb'], ['b']),
    weight: randomTensor('wb', [4, 8, 1, 1], 200),
  }
  const scores = {
    nodes: [makeNode('Conv', 'logits', ['r', 'ws'], ['l']), makeNode('Sigmoid', 'sigmoid', ['l'], ['s'])],
    weight: randomTensor('ws', [6, 8, 1, 1], 2),
  }
  const head = (nodes: NodeProto[], outputs = ['y'], more: readonly ReturnType<typeof tensor>[] = []) =>
    buildModel({
      inputs: { x: [1, 3, 8, 8] },
      outputs,
      nodes: [...stem.nodes, makeNode('Relu', 'relu', ['c'], ['r']), ...nodes],
      initializers: [...stem.initializers, boxes.weight, scores.weight, ...more],
    })

  test.each(['onnxruntime', 'tensorrt', 'everywhere'] as const)(
    '%s: boxes and scores in one Concat',
    async placement => {
      const concat = makeNode('Concat', 'join', ['b', 's'], ['y'], { axis: 1n })
      const { sqnr, notes } = await quantized(head([boxes.node, ...scores.nodes, concat]), image, {
        placement,
      })
      expect(sqnr('y', 0, 4 * 64)).toBeGreaterThan(25)
      expect(sqnr('y', 4 * 64)).toBeGreaterThan(25)
      if (placement !== 'tensorrt')
        expect(notes.join('\n')).toMatch(/`join` \(Concat\) stays in float: .*joins values/)
    },
  )

  test('a convolution whose channels are cut apart and differ stays in float, the others do not', async () => {
    const joint = randomTensor('w', [10, 8, 1, 1])
    const data = new Float32Array(joint.rawData.buffer.slice(0))
    for (let i = 0; i < 4 * 8; i++) data[i]! *= 400
    const nodes = [
      makeNode('Conv', 'joint', ['r', 'w'], ['j']),
      makeNode('Slice', 'cut_boxes', ['j', 'zero', 'four', 'axis'], ['b']),
      makeNode('Slice', 'cut_scores', ['j', 'four', 'ten', 'axis'], ['l']),
      makeNode('Sigmoid', 'sigmoid', ['l'], ['s']),
    ]
    const { sqnr, model } = await quantized(
      head(
        nodes,
        ['b', 's'],
        [
          tensor('w', [10, 8, 1, 1], data),
          axes('zero', 0),
          axes('four', 4),
          axes('ten', 10),
          axes('axis', 1),
        ],
      ),
      image,
    )
    expect(sqnr('b')).toBeGreaterThan(25)
    expect(sqnr('s')).toBeGreaterThan(25)
    expect(quantizedTensors(model)).toEqual(['x', 'r'])
  })

  test('ranges that are alike are joined in INT8', async () => {
    const nodes = [
      makeNode('Conv', 'left', ['r', 'ws'], ['b']),
      makeNode('Conv', 'right', ['r', 'ws'], ['s']),
      makeNode('Concat', 'join', ['b', 's'], ['j'], { axis: 1n }),
      makeNode('Conv', 'last', ['j', 'wl'], ['y']),
    ]
    const { notes, model } = await quantized(head(nodes, ['y'], [randomTensor('wl', [4, 12, 1, 1])]), image)
    expect(operatorsBehindQuantizers(model)).toContain('Concat')
    expect(notes.join()).not.toMatch('stays in float')
  })
})

describe('what only saturates a Softmax does not widen a range', () => {
  const samples: Samples = {
    ...floats('x', [32, 8, 16]),
    mask: {
      shape: [32, 8],
      data: Float32Array.from({ length: 32 * 8 }, (_, i) => (i % 8 < 4 + (Math.floor(i / 8) % 5) ? 1 : 0)),
    },
  }
  const weights = ['q', 'k', 'v'].map(name => randomTensor(`w${name}`, [16, 16], 0.6))
  const attention = (mask: readonly NodeProto[], masked: number) =>
    buildModel({
      inputs: { x: [1, 8, 16], mask: [1, 8] },
      outputs: ['y'],
      nodes: [
        ...['q', 'k', 'v'].map(name => makeNode('MatMul', name, ['x', `w${name}`], [name])),
        makeNode('Transpose', 'turn', ['k'], ['kt'], { perm: [0n, 2n, 1n] }),
        makeNode('MatMul', 'product', ['q', 'kt'], ['s']),
        makeNode('Unsqueeze', 'row', ['mask', 'one_axis'], ['m']),
        ...mask,
        makeNode('Softmax', 'softmax', ['sm'], ['p'], { axis: -1n }),
        makeNode('MatMul', 'mix', ['p', 'v'], ['y']),
      ],
      initializers: [
        ...weights,
        scalar('one', 1),
        scalar('half', 0.5),
        scalar('masked', masked),
        axes('one_axis', 1),
      ],
    })
  const added = [
    makeNode('Sub', 'inverse', ['one', 'm'], ['i']),
    makeNode('Mul', 'size', ['i', 'masked'], ['a']),
    makeNode('Add', 'add', ['s', 'a'], ['sm']),
  ]
  const chosen = [
    makeNode('Greater', 'keep', ['m', 'half'], ['g']),
    makeNode('Where', 'choose', ['g', 's', 'masked'], ['sm']),
  ]

  test.each(Object.keys(methods) as MethodName[])('a mask of -3.4e38, %s', async method => {
    const { sqnr } = await quantized(attention(added, -3.4028234663852886e38), samples, { method })
    expect(sqnr('y')).toBeGreaterThan(24)
  })

  test.each([
    ['a mask of -1e4', 'onnxruntime', added, -1e4],
    ['a mask of -1e4', 'tensorrt', added, -1e4],
    ['a mask of -1e4', 'everywhere', added, -1e4],
    ['a Where with -infinity', 'everywhere', chosen, Number.NEGATIVE_INFINITY],
    ['a Where with -1e9', 'tensorrt', chosen, -1e9],
  ] as const)('%s, placement %s', async (_, placement, mask, masked) => {
    const { sqnr } = await quantized(attention(mask, masked), samples, { placement })
    expect(sqnr('y')).toBeGreaterThan(24)
  })
})

test('infinite values that nothing quantized reads are no error', async () => {
  const { nodes, initializers } = conv('conv', 'x', 'c', [3, 4])
  const model = buildModel({
    inputs: { x: [1, 3, 8, 8] },
    outputs: ['y', 'log'],
    nodes: [
      ...nodes,
      makeNode('Relu', 'relu', ['c'], ['y']),
      makeNode('Relu', 'positive', ['x'], ['p']),
      makeNode('Log', 'log', ['p'], ['log']),
    ],
    initializers,
  })
  const { sqnr, model: int8 } = await quantized(model, floats('x', [16, 3, 8, 8]))
  expect(sqnr('y')).toBeGreaterThan(25)
  expect(quantizedTensors(int8)).toContain('x')
})

test('a LayerNormalization and a GELU written out stay in float, and a product of rows that it makes equal', async () => {
  const x = floats('x', [16, 10, 16]).x!
  const data = Float32Array.from(x.data as Float32Array, (value, i) => value * 2 ** -(Math.floor(i / 16) % 8))
  const model = buildModel({
    inputs: { x: [1, 10, 16] },
    outputs: ['y'],
    nodes: [
      makeNode('MatMul', 'up', ['x', 'w1'], ['m']),
      makeNode('Div', 'scaled', ['m', 'root'], ['e']),
      makeNode('Erf', 'erf', ['e'], ['f']),
      makeNode('Add', 'plus', ['f', 'one'], ['g']),
      makeNode('Mul', 'gate', ['m', 'g'], ['a']),
      makeNode('ReduceMean', 'mean', ['a'], ['mu'], { axes: [-1n] }),
      makeNode('Mul', 'square', ['a', 'a'], ['sq']),
      makeNode('ReduceMean', 'mean_square', ['sq'], ['ms'], { axes: [-1n] }),
      makeNode('Mul', 'squared_mean', ['mu', 'mu'], ['mm']),
      makeNode('Sub', 'variance', ['ms', 'mm'], ['var']),
      makeNode('Add', 'safe', ['var', 'epsilon'], ['ve']),
      makeNode('Sqrt', 'deviation', ['ve'], ['sd']),
      makeNode('Sub', 'centre', ['a', 'mu'], ['d']),
      makeNode('Div', 'normalized', ['d', 'sd'], ['n']),
      makeNode('MatMul', 'down', ['n', 'w2'], ['y']),
    ],
    initializers: [
      randomTensor('w1', [16, 32]),
      randomTensor('w2', [32, 8]),
      scalar('root', Math.SQRT2),
      scalar('one', 1),
      scalar('epsilon', 1e-9),
    ],
  })
  const { sqnr, model: int8, notes } = await quantized(model, { x: { shape: x.shape, data } })
  expect(sqnr('y')).toBeGreaterThan(20)
  expect(quantizedTensors(int8)).toEqual(['n'])
  expect(notes.join('\n')).toMatch(/`up` \(MatMul\) stays in float: it reads rows/)
})

test('states of a recurrent network stay in float', async () => {
  const model = buildModel({
    inputs: { x: [1, 1, 8], state: [1, 2, 16] },
    outputs: ['y', 'state_out'],
    nodes: [
      makeNode('Slice', 'slice_h', ['state', 'zero', 'one', 'one'], ['h0']),
      makeNode('Slice', 'slice_c', ['state', 'one', 'two', 'one'], ['c0']),
      makeNode('LSTM', 'lstm', ['x', 'W', 'R', '', '', 'h0', 'c0'], ['Y', 'h', 'c'], { hidden_size: 16n }),
      makeNode('Squeeze', 'h_rows', ['h', 'zero'], ['h1']),
      makeNode('Squeeze', 'c_rows', ['c', 'zero'], ['c1']),
      makeNode('Unsqueeze', 'h_state', ['h1', 'one'], ['h2']),
      makeNode('Unsqueeze', 'c_state', ['c1', 'one'], ['c2']),
      makeNode('Concat', 'join', ['h2', 'c2'], ['state_out'], { axis: 1n }),
      makeNode('MatMul', 'head', ['h1', 'K'], ['y']),
    ],
    initializers: [
      randomTensor('W', [1, 64, 8]),
      randomTensor('R', [1, 64, 16]),
      randomTensor('K', [16, 8]),
      axes('zero', 0),
      axes('one', 1),
      axes('two', 2),
    ],
  })
  const { sqnr } = await quantized(model, { ...floats('x', [16, 1, 8]), ...floats('state', [16, 2, 16], 8) })
  expect(sqnr('state_out')).toBe(Number.POSITIVE_INFINITY)
  // Without VNNI the weights of the head get narrower: 21.8 dB.
  expect(sqnr('y')).toBeGreaterThan(20)
})
