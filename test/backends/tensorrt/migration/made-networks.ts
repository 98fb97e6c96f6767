import { create } from '@bufbuild/protobuf'
import { numberToFloat16 } from '../../../../src/data/float16.ts'
import { makeNode } from '../../../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
} from '../../../../src/onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../../../src/onnx/tensor.ts'
import { buildModel, conv, floatValue, randomTensor, tensor } from '../../../support/models/model-builder.ts'

/** Networks of the kinds that people have, small: name, shape of the input `x`, model. */
export const madeNetworks: readonly (readonly [string, readonly number[], ModelProto])[] = [
  ['two branches and a Concat', [2, 4, 8, 8], concatenated()],
  ['a grouped and a depthwise convolution', [2, 8, 8, 8], grouped()],
  ['a residual sum behind a pool', [2, 4, 8, 8], pooledResidual()],
  ['weights that two convolutions share', [2, 4, 8, 8], sharedWeights()],
  ['two outputs, one of them read', [2, 4, 8, 8], twoOutputs()],
  ['a transposed convolution', [2, 4, 8, 8], transposed()],
  ['attention', [2, 6, 16], attention()],
  ['a branch that reads from outside', [2, 4, 8, 8], branching()],
  ['16-bit floats', [2, 4, 8, 8], inHalf()],
]

function relu(name: string, input: string, output: string): NodeProto {
  return makeNode('Relu', name, [input], [output])
}

function concatenated(): ModelProto {
  const [a, b, c] = [
    conv('a', 'x', 'ca', [4, 4]),
    conv('b', 'x', 'cb', [4, 6]),
    conv('c', 'cat', 'y', [10, 4]),
  ]
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...a.nodes,
      relu('ra', 'ca', 'a1'),
      ...b.nodes,
      makeNode('Sigmoid', 'sb', ['cb'], ['b0']),
      makeNode('Mul', 'mb', ['cb', 'b0'], ['b1']),
      makeNode('Concat', 'concat', ['a1', 'b1'], ['cat'], { axis: 1n }),
      ...c.nodes,
    ],
    initializers: [...a.initializers, ...b.initializers, ...c.initializers],
  })
}

function grouped(): ModelProto {
  const attributes = { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }
  return buildModel({
    inputs: { x: [2, 8, 8, 8] },
    outputs: ['y'],
    nodes: [
      makeNode('Conv', 'groups', ['x', 'gw', 'gb'], ['g'], { ...attributes, group: 2n }),
      relu('r', 'g', 'g1'),
      makeNode('Conv', 'depthwise', ['g1', 'dw'], ['d'], { ...attributes, group: 8n }),
      makeNode('Add', 'add', ['d', 'g1'], ['y']),
    ],
    initializers: [
      randomTensor('gw', [8, 4, 3, 3]),
      randomTensor('gb', [8]),
      randomTensor('dw', [8, 1, 3, 3]),
    ],
  })
}

function pooledResidual(): ModelProto {
  const [a, b] = [conv('a', 'x', 'ca', [4, 8]), conv('b', 'p', 'cb', [8, 8])]
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...a.nodes,
      relu('ra', 'ca', 'a1'),
      makeNode('MaxPool', 'pool', ['a1'], ['p'], { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
      ...b.nodes,
      makeNode('Add', 'add', ['cb', 'p'], ['sum']),
      makeNode('GlobalAveragePool', 'average', ['sum'], ['v']),
      makeNode('Flatten', 'flatten', ['v'], ['f']),
      makeNode('Gemm', 'head', ['f', 'head.weight', 'head.bias'], ['y'], { transB: 1n }),
    ],
    initializers: [
      ...a.initializers,
      ...b.initializers,
      randomTensor('head.weight', [10, 8]),
      randomTensor('head.bias', [10]),
    ],
  })
}

function sharedWeights(): ModelProto {
  const a = conv('a', 'x', 'c1', [4, 4])
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...a.nodes,
      relu('r1', 'c1', 'a1'),
      makeNode('Conv', 'again', ['a1', 'a.weight', 'a.bias'], ['c2'], {
        kernel_shape: [3n, 3n],
        pads: [1n, 1n, 1n, 1n],
      }),
      makeNode('Add', 'add', ['c2', 'x'], ['y']),
    ],
    initializers: a.initializers,
  })
}

function twoOutputs(): ModelProto {
  const [a, b] = [conv('a', 'x', 'c1', [4, 4]), conv('b', 'a1', 'y2', [4, 2])]
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['a1', 'y2'],
    nodes: [...a.nodes, relu('r1', 'c1', 'a1'), ...b.nodes],
    initializers: [...a.initializers, ...b.initializers],
  })
}

function transposed(): ModelProto {
  const up = { kernel_shape: [2n, 2n], strides: [2n, 2n] }
  const a = conv('a', 'u', 'y', [6, 4])
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      makeNode('ConvTranspose', 'up', ['x', 'up.weight'], ['u0'], up),
      relu('ru', 'u0', 'u'),
      ...a.nodes,
    ],
    initializers: [randomTensor('up.weight', [4, 6, 2, 2]), ...a.initializers],
  })
}

function attention(): ModelProto {
  const product = (name: string, input: string, output: string) =>
    makeNode('MatMul', name, [input, `${name}.weight`], [output])
  return buildModel({
    inputs: { x: [2, 6, 16] },
    outputs: ['y'],
    nodes: [
      product('q', 'x', 'query'),
      product('k', 'x', 'key'),
      product('v', 'x', 'value'),
      makeNode('Transpose', 'turn', ['key'], ['turned'], { perm: [0n, 2n, 1n] }),
      makeNode('MatMul', 'scores', ['query', 'turned'], ['s']),
      makeNode('Mul', 'scaled', ['s', 'quarter'], ['s1']),
      makeNode('Softmax', 'softmax', ['s1'], ['p'], { axis: -1n }),
      makeNode('MatMul', 'mixed', ['p', 'value'], ['m']),
      product('out', 'm', 'o'),
      makeNode('Add', 'residual', ['o', 'x'], ['y']),
    ],
    initializers: [
      ...['q', 'k', 'v', 'out'].map(name => randomTensor(`${name}.weight`, [16, 16])),
      tensor('quarter', [], Float32Array.of(0.25)),
    ],
  })
}

/** An If, whose branches read tensors of the graph around it. */
function branching(): ModelProto {
  const [a, b] = [conv('a', 'x', 'c1', [4, 4]), conv('b', 'chosen', 'y', [4, 4])]
  const branch = (name: string, op: string) =>
    create(AttributeProtoSchema, {
      name,
      type: AttributeType.GRAPH,
      g: create(GraphProtoSchema, {
        name,
        node: [makeNode(op, `${name}.node`, ['a1'], [`${name}.out`])],
        output: [floatValue(`${name}.out`)],
      }),
    })
  const choose = makeNode('If', 'if', ['yes'], ['chosen'])
  choose.attribute = [branch('then_branch', 'Neg'), branch('else_branch', 'Abs')]
  return buildModel({
    inputs: { x: [2, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...a.nodes,
      relu('r1', 'c1', 'a1'),
      makeNode('ReduceMax', 'most', ['a1'], ['m'], { keepdims: 0n }),
      makeNode('Greater', 'yes', ['m', 'zero'], ['yes']),
      choose,
      ...b.nodes,
    ],
    initializers: [...a.initializers, ...b.initializers, tensor('zero', [], Float32Array.of(0))],
  })
}

function inHalf(): ModelProto {
  const model = pooledResidual()
  const graph = model.graph!
  graph.initializer = graph.initializer.map(each => {
    const bits = Uint16Array.from(floatData(each), numberToFloat16)
    const stored = makeTensor(each.name, tensorShape(each), bits)
    stored.dataType = DataType.FLOAT16
    return stored
  })
  for (const { type } of [...graph.input, ...graph.output]) {
    if (type?.value.case === 'tensorType') type.value.value.elemType = DataType.FLOAT16
  }
  return model
}
