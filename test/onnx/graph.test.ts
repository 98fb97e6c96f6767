import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { makeAttribute } from '../../src/onnx/attributes.ts'
import { constantInitializers } from '../../src/onnx/constant-initializers.ts'
import { copyModel } from '../../src/onnx/copy-model.ts'
import { floatActivations } from '../../src/onnx/float-activations.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { makeNode } from '../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.ts'
import { floatData } from '../../src/onnx/tensor.ts'
import { elementTypes } from '../../src/onnx/types/element-types.ts'
import { uniqueTensorNames } from '../../src/onnx/unique-names.ts'
import { buildModel, floatValue, tensor } from '../support/models/model-builder.ts'
import { convRelu, residual } from '../support/models/tiny-models.ts'

test('constants are found through Identity and Constant nodes', () => {
  const { graph } = buildModel({
    inputs: { x: [2] },
    outputs: ['y'],
    nodes: [
      makeNode('Constant', 'c', [], ['two'], { value: tensor('', [], Float32Array.of(2)) }),
      makeNode('Identity', 'i', ['two'], ['also two']),
      makeNode('Mul', 'm', ['x', 'also two'], ['y']),
    ],
  })
  const { constants, producer, readers } = indexGraph(graph!)
  expect(floatData(constants.get('also two')!)).toEqual(Float32Array.of(2))
  expect(producer.get('y')!.name).toBe('m')
  expect(readers.get('x')).toEqual([{ node: graph!.node[2], input: 0 }])
})

test('what a subgraph takes from outside counts as read, and its names as taken', () => {
  const branch = create(GraphProtoSchema, {
    node: [makeNode('Add', 'inner', ['x', 'own'], ['sum'])],
    initializer: [tensor('own', [], Float32Array.of(1))],
    output: [floatValue('sum')],
  })
  const node = makeNode('If', 'if', ['condition'], ['y'])
  node.attribute = [
    create(AttributeProtoSchema, { name: 'then_branch', type: AttributeType.GRAPH, g: branch }),
  ]
  const { graph } = buildModel({ inputs: { x: [2], condition: [] }, outputs: ['y'], nodes: [node] })
  const { readers } = indexGraph(graph!)
  expect(readers.get('x')).toEqual([{ node, input: undefined }])
  expect(readers.has('own')).toBe(false)
  expect(uniqueTensorNames(graph!)('sum')).toBe('sum_2')
})

test('float activations leave out shapes, indices and constants', () => {
  const model = buildModel({
    inputs: { x: [2, 3] },
    outputs: ['y'],
    nodes: [
      makeNode('Shape', 'shape', ['x'], ['dims']),
      makeNode('Add', 'add', ['x', 'one'], ['a']),
      makeNode('ArgMax', 'argmax', ['a'], ['best']),
      makeNode('Identity', 'identity', ['one'], ['still one']),
      makeNode('DynamicQuantizeLinear', 'quantize', ['a'], ['integers', 'scale', 'zero point']),
      makeNode('Reshape', 'reshape', ['a', 'dims'], ['y']),
    ],
    initializers: [tensor('one', [], Float32Array.of(1))],
  })
  expect(floatActivations(indexGraph(model.graph!))).toEqual(['x', 'a', 'y'])
})

test('what control flow gives has the type that its subgraph gives', () => {
  const branch = (op: string, result: string) =>
    create(GraphProtoSchema, {
      node: [makeNode(op, '', ['x'], [result])],
      output: [create(ValueInfoProtoSchema, { name: result })],
    })
  const choice = (name: string, then: GraphProto) => {
    const node = makeNode('If', name, ['x'], [name])
    const type = AttributeType.GRAPH
    node.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', type, g: then }))
    return node
  }
  const model = buildModel({
    inputs: { x: [1] },
    outputs: [],
    nodes: [choice('shape', branch('Shape', 'indices')), choice('y', branch('Relu', 'values'))],
  })
  // Types of what subgraphs read from outside are not known, those of operators that have only one are.
  expect(elementTypes(indexGraph(model.graph!)).get('shape')).toBe(DataType.INT64)
  const stated = model.graph!.node[1]!.attribute[0]!.g!
  stated.output = [floatValue('values')]
  expect(floatActivations(indexGraph(model.graph!))).toEqual(['x', 'y'])
})

test('rewiring a copy leaves the original alone', () => {
  const model = residual()
  const copy = copyModel(model)
  copy.graph!.node[0]!.input[0] = 'other'
  copy.graph!.node.pop()
  copy.graph!.initializer.pop()
  expect(model).toEqual(residual())
})

test('initializers that old exporters list as inputs become constants', () => {
  const model = convRelu()
  model.irVersion = 3n
  model.graph!.input.push(floatValue('conv.weight', [8, 4, 3, 3]))
  const fixed = constantInitializers(model)
  expect(fixed.irVersion).toBe(4n)
  expect(fixed.graph!.input.map(({ name }) => name)).toEqual(['x'])
  expect(model.graph!.input.map(({ name }) => name)).toEqual(['x', 'conv.weight'])
})

test('attributes get the type that their value implies', () => {
  expect(makeAttribute('axis', 1n)).toMatchObject({ type: AttributeType.INT, i: 1n })
  expect(makeAttribute('alpha', 0.5)).toMatchObject({ type: AttributeType.FLOAT, f: 0.5 })
  expect(makeAttribute('pads', [1n, 2n])).toMatchObject({ type: AttributeType.INTS, ints: [1n, 2n] })
})
