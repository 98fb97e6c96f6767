import { expect, test } from 'vitest'
import { indexGraph } from '../../../src/onnx/graph.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { floatData } from '../../../src/onnx/tensor.ts'
import { elementTypes } from '../../../src/onnx/types/element-types.ts'
import { float32Model } from '../../../src/onnx/types/float32-model.ts'
import { buildModel, tensor } from '../../support/models/model-builder.ts'

/** 0.5, 1, -2 as binary16. */
const half = Object.assign(tensor('w', [3], Uint16Array.of(0x3800, 0x3c00, 0xc000)), {
  dataType: DataType.FLOAT16,
})

const typesOf = (model: ModelProto) => elementTypes(indexGraph(model.graph!))
const cast = (from: string, to: string, type: DataType) =>
  makeNode('Cast', `cast ${to}`, [from], [to], { to: BigInt(type) })

test('weights stored in 16 bits become 32-bit constants', () => {
  const model = buildModel({
    inputs: { x: [1, 3] },
    outputs: ['y'],
    nodes: [cast('w', 'wide', DataType.FLOAT), makeNode('Add', 'add', ['x', 'wide'], ['y'])],
    initializers: [half],
  })
  const { constants } = indexGraph(float32Model(model).graph!)
  expect([...floatData(constants.get('wide')!)]).toEqual([0.5, 1, -2])
  expect(constants.get('w')!.dataType).toBe(DataType.FLOAT)
  expect(model.graph!.initializer[0]!.dataType).toBe(DataType.FLOAT16)
})

test('a model that computes in 16 bits keeps the types that its caller sees', () => {
  const model = buildModel({
    inputs: { x: [1, 3] },
    outputs: ['y'],
    nodes: [makeNode('Add', 'add', ['x', 'w'], ['s']), makeNode('Relu', 'relu', ['s'], ['y'])],
    initializers: [half],
  })
  for (const { type } of [...model.graph!.input, ...model.graph!.output]) {
    if (type?.value.case === 'tensorType') type.value.value.elemType = DataType.FLOAT16
  }
  const converted = float32Model(model)
  const types = typesOf(converted)
  expect(['x', 'x_float32', 's', 'y_float32', 'y'].map(name => types.get(name))).toEqual([
    DataType.FLOAT16,
    DataType.FLOAT,
    DataType.FLOAT,
    DataType.FLOAT,
    DataType.FLOAT16,
  ])
  expect(converted.graph!.node.map(({ opType }) => opType)).toEqual(['Cast', 'Add', 'Relu', 'Cast'])
})

test('a model without 16-bit floats stays as it is', () => {
  const model = buildModel({
    inputs: { x: [1, 3] },
    outputs: ['y'],
    nodes: [makeNode('Relu', 'relu', ['x'], ['y'])],
  })
  expect(float32Model(model)).toBe(model)
})
