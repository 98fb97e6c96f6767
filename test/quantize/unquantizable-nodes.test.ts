import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  type NodeProto,
} from '../../src/onnx/onnx_pb.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { unquantizableNodes } from '../../src/quantize/unquantizable-nodes.ts'
import { buildModel, randomTensor, tensor } from '../support/models/model-builder.ts'
import { residual } from '../support/models/tiny-models.ts'

const weights = [randomTensor('w', [8, 8]), randomTensor('b', [8]), randomTensor('matrix', [4, 8])]
const one = (node: NodeProto) =>
  buildModel({ inputs: { x: [4, 8], v: [8, 8] }, outputs: ['y'], nodes: [node], initializers: weights })

function branching(): NodeProto {
  const node = makeNode('If', 'choice', ['condition'], ['y'])
  const g = create(GraphProtoSchema, {
    name: 'then',
    node: [makeNode('MatMul', '', ['x', 'w'], ['t']), makeNode('Relu', '', ['t'], ['u'])],
  })
  node.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', type: AttributeType.GRAPH, g }))
  return node
}

test.each([
  [
    'LSTM',
    makeNode('LSTM', 'n', ['x', 'w', 'w'], ['y']),
    'is recurrent, for which there are no INT8 kernels',
  ],
  ['If', branching(), 'runs 2 nodes in subgraphs, which are not quantized'],
  ['Gemm', makeNode('Gemm', 'n', ['x', 'v', 'b'], ['y']), 'has weights that are computed while it runs'],
  [
    'Gemm',
    makeNode('Gemm', 'n', ['x', 'w', 'b'], ['y'], { alpha: 0.5 }),
    'has a factor or a transposed input',
  ],
  [
    'Gemm',
    makeNode('Gemm', 'n', ['x', 'w', 'matrix'], ['y']),
    'adds a whole matrix, not one value per channel',
  ],
  [
    'ConvTranspose',
    makeNode('ConvTranspose', 'n', ['x', 'w'], ['y']),
    'is not among the nodes that `onnxruntime` quantizes',
  ],
])('%s: the reason', (_, node, reason) => {
  expect(unquantizableNodes(quantizableForm(one(node)))).toEqual([
    { name: node.name, op: node.opType, reason },
  ])
})

test('nothing is left where everything is in INT8', () => {
  expect(unquantizableNodes(quantizableForm(residual()))).toEqual([])
})

test('a model of nothing else is refused with the node named', () => {
  expect(() => quantizeModel(quantizableForm(one(branching())), { ranges: new Map() })).toThrow(
    'node choice (If) runs 2 nodes in subgraphs, which are not quantized',
  )
})

test('a recurrent layer between INT8 layers stays as it is', () => {
  const { graph } = residual()
  const lstm = makeNode('LSTM', 'lstm', ['flat', 'W', 'R'], ['z'], { hidden_size: 2n })
  const model = buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['z'],
    nodes: [...graph!.node, makeNode('Reshape', 'reshape', ['y', 'shape'], ['flat']), lstm],
    initializers: [
      ...graph!.initializer,
      tensor('shape', [3], BigInt64Array.of(1n, 16n, 4n)),
      randomTensor('W', [1, 8, 4]),
      randomTensor('R', [1, 8, 2]),
    ],
  })
  const ranges = new Map(['x', 'r', 'b', 'q', 'y'].map(name => [name, { min: -1, max: 1 }]))
  const form = quantizableForm(model)
  const quantized = quantizeModel(form, { ranges })
  expect(quantized.graph!.node.find(({ name }) => name === 'lstm')).toEqual(lstm)
  expect(unquantizableNodes(form).map(({ name }) => name)).toEqual(['lstm'])
})
