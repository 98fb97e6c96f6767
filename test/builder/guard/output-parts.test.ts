import { expect, test } from 'vitest'
import { cutPart, partName } from '../../../src/builder/guard/cut-part.ts'
import { outputParts, tensorsOfParts } from '../../../src/builder/guard/output-parts.ts'
import { indexGraph } from '../../../src/onnx/graph.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { NodeProto } from '../../../src/onnx/onnx_pb.ts'
import { buildModel, randomTensor, tensor } from '../../support/models/model-builder.ts'

function partsOf(nodes: readonly NodeProto[], shapes: Readonly<Record<string, readonly number[]>>) {
  const { graph } = buildModel({
    inputs: {},
    outputs: ['y'],
    nodes,
    initializers: [
      randomTensor('stride', [1]),
      randomTensor('token', [1, 1, 8]),
      tensor('to', [3], BigInt64Array.of(1n, 6n, -1n)),
    ],
  })
  const index = indexGraph(graph!)
  expect(tensorsOfParts(index, 'y').toSorted()).toEqual(Object.keys(shapes).toSorted())
  const found = outputParts(index, 'y', new Map(Object.entries(shapes)))
  return found.map(part => partName('y', part))
}

test('boxes and scores of a detector are two answers, also behind a Transpose and a Sigmoid', () => {
  const nodes = [
    makeNode('Mul', 'scale', ['b', 'stride'], ['boxes']),
    makeNode('Sigmoid', 'sigmoid', ['c'], ['scores']),
    makeNode('Concat', 'join', ['boxes', 'scores'], ['j'], { axis: 1n }),
    makeNode('Transpose', 'turn', ['j'], ['y'], { perm: [0n, 2n, 1n] }),
  ]
  const shapes = {
    b: [1, 4, 100],
    boxes: [1, 4, 100],
    c: [1, 80, 100],
    scores: [1, 80, 100],
    j: [1, 84, 100],
    y: [1, 100, 84],
  }
  expect(partsOf(nodes, shapes)).toEqual(['y[:, :, 0:4]', 'y[:, :, 4:84]'])
})

test('parts of parts are boxes of the output: levels, and what each of them gives', () => {
  const level = (name: string) => [
    makeNode('Concat', `${name}.join`, [`${name}.box`, `${name}.score`], [`${name}.map`], { axis: 1n }),
    makeNode('Reshape', `${name}.flat`, [`${name}.map`, 'to'], [`${name}.row`]),
  ]
  const nodes = [
    ...level('p3'),
    ...level('p4'),
    makeNode('Concat', 'join', ['p3.row', 'p4.row'], ['y'], { axis: -1n }),
  ]
  const shapes = {
    'p3.box': [1, 4, 3, 3],
    'p3.score': [1, 2, 3, 3],
    'p3.map': [1, 6, 3, 3],
    'p3.row': [1, 6, 9],
    'p4.box': [1, 4, 2, 2],
    'p4.score': [1, 2, 2, 2],
    'p4.map': [1, 6, 2, 2],
    'p4.row': [1, 6, 4],
    y: [1, 6, 13],
  }
  expect(partsOf(nodes, shapes)).toEqual([
    'y[:, 0:4, 0:9]',
    'y[:, 4:6, 0:9]',
    'y[:, 0:4, 9:13]',
    'y[:, 4:6, 9:13]',
  ])
})

test('a constant may be a part; an output behind arithmetic that mixes is one', () => {
  const join = makeNode('Concat', 'join', ['token', 'x'], ['y'], { axis: 1n })
  expect(partsOf([join], { x: [1, 4, 8], y: [1, 5, 8] })).toEqual(['y[:, 0:1]', 'y[:, 1:5]'])
  const mixed = [
    makeNode('Concat', 'join', ['a', 'b'], ['j'], { axis: 1n }),
    makeNode('Softmax', 'softmax', ['j'], ['y']),
  ]
  expect(partsOf(mixed, {})).toEqual([])
})

test('the values of a part are those of its box', () => {
  const values = Float32Array.from({ length: 24 }, (_, i) => i)
  expect([...cutPart(values, [2, 3, 4], [undefined, [1, 3], undefined])!]).toEqual([
    4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23,
  ])
  expect([...cutPart(values, [2, 3, 4], [[1, 2], undefined, [1, 3]])!]).toEqual([13, 14, 17, 18, 21, 22])
  expect(cutPart(values, [2, 3, 4], [undefined, [1, 4], undefined])).toBeUndefined()
})
