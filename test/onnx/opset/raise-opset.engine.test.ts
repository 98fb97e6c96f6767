import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { openEngines } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../../../src/onnx/onnx_pb.ts'
import { opsetVersion } from '../../../src/onnx/opset/opset.ts'
import { raiseOpset } from '../../../src/onnx/opset/raise-opset.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import {
  buildModel,
  floatValue,
  randomFeed,
  randomTensor,
  tensor,
} from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const shape = [2, 3, 4, 6]

function model(opset: number, nodes: readonly NodeProto[], initializers: TensorProto[] = []): ModelProto {
  return buildModel({ inputs: { x: shape }, outputs: ['y'], nodes, initializers, opset })
}

/** Output `y` of each model on the same input, with the graph run as it is. */
async function outputs(models: readonly ModelProto[]) {
  const directory = await temporaryDirectory()
  const opened = models.map((_, i) => ({
    id: String(i),
    model: join(directory, `${i}.onnx`),
    settings: { threads: 1, level: 'disabled' as const },
  }))
  for (const [i, { model: path }] of opened.entries()) await writeModel(models[i]!, path)
  const engines = await openEngines(opened)
  try {
    return await Promise.all(
      opened.map(async ({ id }) => (await engines.infer(id, [randomFeed('x', shape)]))[0]!.get('y')),
    )
  } finally {
    await engines.stop()
  }
}

const node = (op: string, attributes: Parameters<typeof makeNode>[4] = {}, inputs: readonly string[] = []) =>
  makeNode(op, 'the node', ['x', ...inputs], ['y'], attributes)

/** A node with an attribute that is a list of floats. */
function withFloats(made: NodeProto, name: string, floats: readonly number[]): NodeProto {
  const attribute = create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...floats] })
  made.attribute.push(attribute)
  return made
}

const scales = (...factors: number[]) => tensor('scales', [4], Float32Array.from(factors))
const vector = (name: string) => tensor(name, [3], Float32Array.of(0.5, 1, 2))
const statistics = ['scale', 'bias', 'mean', 'variance']

describe('nodes that opset 13 writes otherwise give what they gave', () => {
  test.each<[string, number, NodeProto[], TensorProto[]?]>([
    ['Clip', 10, [node('Clip', { min: -0.2, max: 0.3 })]],
    ['Clip without an upper bound', 8, [node('Clip', { min: 0.1 })]],
    ['Pad', 9, [node('Pad', { pads: [0n, 0n, 1n, 2n, 0n, 0n, 0n, 1n], value: 0.5 })]],
    ['Pad by reflection', 9, [node('Pad', { pads: [0n, 0n, 1n, 2n, 0n, 0n, 0n, 1n], mode: 'reflect' })]],
    ['Slice', 9, [node('Slice', { starts: [1n, -3n], ends: [2n, 5n], axes: [1n, 3n] })]],
    ['Slice of leading axes', 9, [node('Slice', { starts: [1n], ends: [2n] })]],
    [
      'Unsqueeze, Squeeze',
      11,
      [
        makeNode('Unsqueeze', '', ['x'], ['u'], { axes: [0n, 3n] }),
        makeNode('Squeeze', '', ['u'], ['y'], { axes: [3n] }),
      ],
    ],
    ['ReduceSum', 11, [node('ReduceSum', { axes: [1n, 2n], keepdims: 0n })]],
    ['ReduceSum of everything', 8, [node('ReduceSum')]],
    [
      'Split',
      11,
      [
        makeNode('Split', '', ['x'], ['a', 'b'], { axis: 3n, split: [1n, 5n] }),
        makeNode('Relu', '', ['b'], ['y']),
      ],
    ],
    ['TopK', 9, [makeNode('TopK', '', ['x'], ['t', 'i'], { k: 2n }), makeNode('Relu', '', ['t'], ['y'])]],
    ['Upsample of opset 8', 8, [withFloats(node('Upsample'), 'scales', [1, 1, 2, 2])]],
    ['Upsample of opset 9', 9, [node('Upsample', { mode: 'linear' }, ['scales'])], [scales(1, 1, 2, 3)]],
    ['Resize that enlarges', 10, [node('Resize', {}, ['scales'])], [scales(1, 1, 1.5, 2)]],
    ['Resize that shrinks', 10, [node('Resize', {}, ['scales'])], [scales(1, 1, 0.5, 0.4)]],
    ['Softmax over the last axis', 11, [node('Softmax', { axis: 3n })]],
    ['Softmax over all axes but the first', 9, [node('Softmax')]],
    ['LogSoftmax over two axes', 11, [node('LogSoftmax', { axis: 2n })]],
    ['Hardmax over the whole tensor', 11, [node('Hardmax', { axis: 0n })]],
    ['Dropout', 9, [node('Dropout', { ratio: 0.3 })]],
    [
      'BatchNormalization',
      8,
      [node('BatchNormalization', { spatial: 1n }, statistics)],
      statistics.map(vector),
    ],
    [
      'Scatter',
      9,
      [node('Scatter', { axis: 0n }, ['i', 'u'])],
      [tensor('i', [1, 1, 1, 2], BigInt64Array.of(0n, 1n)), randomTensor('u', [1, 1, 1, 2])],
    ],
  ])('%s', async (_, opset, nodes, initializers) => {
    const old = model(opset, nodes, initializers)
    const { model: raised, failed } = raiseOpset(old)
    expect(failed).toBeUndefined()
    expect(opsetVersion(raised)).toBe(13)
    const [before, after] = await outputs([old, raised])
    expect(after!.shape).toEqual(before!.shape)
    // Sums are added up in another order where memory happens to lie otherwise.
    const close = [...before!.data].map(value => expect.closeTo(Number(value), 5))
    expect([...after!.data].map(Number)).toEqual(close)
  })
})

describe('nodes that opset 19 writes otherwise give what they gave', () => {
  test.each<[string, number, NodeProto[], TensorProto[]?]>([
    ...['Max', 'Mean', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSumExp'].map(
      (kind): [string, number, NodeProto[]] => [
        `Reduce${kind}`,
        13,
        [node(`Reduce${kind}`, { axes: [1n, 2n], keepdims: 0n })],
      ],
    ),
    ['ReduceMean of everything', 17, [node('ReduceMean')]],
    ['Split', 13, [makeNode('Split', '', ['x'], ['a', 'y'], { axis: 3n })]],
    ['Split into given parts', 11, [makeNode('Split', '', ['x'], ['a', 'y'], { axis: 3n, split: [1n, 5n] })]],
    ['BatchNormalization', 13, [node('BatchNormalization', {}, statistics)], statistics.map(vector)],
    [
      'RoiAlign',
      13,
      [makeNode('RoiAlign', '', ['x', 'rois', 'of'], ['y'], { output_height: 2n, output_width: 2n })],
      [tensor('rois', [1, 4], Float32Array.of(0, 0, 3.3, 2.7)), tensor('of', [1], BigInt64Array.of(1n))],
    ],
  ])('%s', async (_, opset, nodes, initializers) => {
    const old = model(opset, nodes, initializers)
    const { model: raised, failed } = raiseOpset(old, 19)
    expect(failed).toBeUndefined()
    expect(opsetVersion(raised)).toBe(19)
    const [before, after] = await outputs([old, raised])
    expect(after!.shape).toEqual(before!.shape)
    const close = [...before!.data].map(value => expect.closeTo(Number(value), 4))
    expect([...after!.data].map(Number)).toEqual(close)
  })
})

test('subgraphs are raised with the graph around them', async () => {
  const branch = (name: string, op: NodeProto) =>
    create(GraphProtoSchema, { name, node: [op], output: [floatValue(op.output[0]!)] })
  const choice = makeNode('If', 'choice', ['condition'], ['y'])
  for (const [name, op] of [
    ['then_branch', makeNode('Clip', '', ['x'], ['then'], { max: 0.1 })],
    ['else_branch', makeNode('Softmax', '', ['x'], ['else'])],
  ] as const) {
    const g = branch(name, op)
    choice.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g }))
  }
  for (const condition of [0, 1]) {
    const initializer = tensor('condition', [1], Uint8Array.of(condition))
    const old = model(10, [choice], [Object.assign(initializer, { dataType: 9 })])
    const [before, after] = await outputs([old, raiseOpset(old).model])
    expect(after).toEqual(before)
  }
  expect(choice.attribute[0]!.g!.node[0]!.input).toEqual(['x'])
})

test.each([
  ['Resize', 10, 'it is not known to enlarge along every axis', [scales(1, 1, 0.5, 2)]],
  ['Resize', 10, 'it is not known to enlarge along every axis', []],
] as const)('%s of opset %i that cannot be raised is named', (op, opset, reason, initializers) => {
  const old = model(opset, [node(op, {}, ['scales'])], [...initializers])
  expect(raiseOpset(old)).toEqual({ model: old, failed: { node: 'the node', op, reason } })
})

test('newer models stay as they are', () => {
  const newer = model(17, [node('Softmax')])
  expect(raiseOpset(newer)).toEqual({ model: newer })
})
