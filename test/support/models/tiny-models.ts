import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { buildModel, conv, randomTensor, tensor } from './model-builder.ts'

const image = [1, 4, 8, 8] as const

/** x -> Conv -> Relu -> y */
export function convRelu(): ModelProto {
  const { nodes, initializers } = conv('conv', 'x', 'c', [4, 8])
  return buildModel({
    inputs: { x: image },
    outputs: ['y'],
    nodes: [...nodes, makeNode('Relu', 'relu', ['c'], ['y'])],
    initializers,
  })
}

/** x -> Conv -> Clip(0, 6) -> y */
export function convRelu6(): ModelProto {
  const { nodes, initializers } = conv('conv', 'x', 'c', [4, 8])
  return buildModel({
    inputs: { x: image },
    outputs: ['y'],
    nodes: [...nodes, makeNode('Clip', 'clip', ['c', 'low', 'high'], ['y'])],
    initializers: [
      ...initializers,
      tensor('low', [], Float32Array.of(0)),
      tensor('high', [], Float32Array.of(6)),
    ],
  })
}

/** x -> Conv -> SiLU -> y */
export function silu(): ModelProto {
  const { nodes, initializers } = conv('conv', 'x', 'c', [4, 8])
  return buildModel({
    inputs: { x: image },
    outputs: ['y'],
    nodes: [
      ...nodes,
      makeNode('Sigmoid', 'sigmoid', ['c'], ['s']),
      makeNode('Mul', 'mul', ['c', 's'], ['y']),
    ],
    initializers,
  })
}

/** x -> Conv -> Relu (r) -> Conv -> Add(r) -> Relu -> MaxPool -> Conv -> y */
export function residual(): ModelProto {
  const stem = conv('stem', 'x', 'c', [4, 8])
  const branch = conv('branch', 'r', 'b', [8, 8])
  const head = conv('head', 'p', 'y', [8, 4])
  return buildModel({
    inputs: { x: image },
    outputs: ['y'],
    nodes: [
      ...stem.nodes,
      makeNode('Relu', 'relu', ['c'], ['r']),
      ...branch.nodes,
      makeNode('Add', 'add', ['b', 'r'], ['a']),
      makeNode('Relu', 'relu_2', ['a'], ['q']),
      makeNode('MaxPool', 'pool', ['q'], ['p'], { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
      ...head.nodes,
    ],
    initializers: [...stem.initializers, ...branch.initializers, ...head.initializers],
  })
}

/** x [1, 16] -> Gemm -> Relu -> Gemm -> y [1, 4] */
export function gemm(): ModelProto {
  return buildModel({
    inputs: { x: [1, 16] },
    outputs: ['y'],
    nodes: [
      makeNode('Gemm', 'hidden', ['x', 'w1', 'b1'], ['h'], { transB: 1n }),
      makeNode('Relu', 'relu', ['h'], ['r']),
      makeNode('Gemm', 'head', ['r', 'w2', 'b2'], ['y']),
    ],
    initializers: [
      randomTensor('w1', [32, 16]),
      randomTensor('b1', [32]),
      randomTensor('w2', [32, 4]),
      randomTensor('b2', [4]),
    ],
  })
}

/** x [1, 16] -> MatMul -> Add constant -> y [1, 8] */
export function matMulAdd(): ModelProto {
  return buildModel({
    inputs: { x: [1, 16] },
    outputs: ['y'],
    nodes: [makeNode('MatMul', 'matmul', ['x', 'w'], ['m']), makeNode('Add', 'add', ['m', 'b'], ['y'])],
    initializers: [randomTensor('w', [16, 8]), randomTensor('b', [8])],
  })
}
