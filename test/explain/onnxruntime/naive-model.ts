import { indexGraph } from '../../../src/onnx/graph.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto, NodeProto } from '../../../src/onnx/onnx_pb.ts'
import { nodeNamed } from '../../support/describe-graph.ts'
import { buildModel, conv } from '../../support/models/model-builder.ts'
import { otherScale, quantized, signedGrid, wideGrid, withoutPairs, wrongBias } from './plant.ts'

const channels = 16

/** A Conv `<name>` that writes `<name>.c`. */
function layer(name: string, input: string, inputs = channels) {
  return conv(name, input, `${name}.c`, [inputs, channels])
}

/** A Conv and its activation, which writes `<name>.m`. */
function activated(name: string, input: string, activation: 'Relu' | 'Swish', inputs = channels) {
  const { nodes, initializers } = layer(name, input, inputs)
  const [read, sigmoid, written] = ['c', 's', 'm'].map(tensor => `${name}.${tensor}`) as [
    string,
    string,
    string,
  ]
  const swish = [
    makeNode('Sigmoid', `${name}.sigmoid`, [read], [sigmoid]),
    makeNode('Mul', `${name}.mul`, [read, sigmoid], [written]),
  ]
  const relu = [makeNode('Relu', `${name}.relu`, [read], [written])]
  return { nodes: [...nodes, ...(activation === 'Relu' ? relu : swish)], initializers }
}

const operator = (node: NodeProto) => ({ nodes: [node], initializers: [] })

const pool = { kernel_shape: [4n, 4n], strides: [4n, 4n] }

/** A network with a place for each mistake; what costs little beside convolutions comes first, where tensors are large. */
function network(): ModelProto {
  const parts = [
    activated('split', 'x', 'Swish', 8),
    layer('inner', 'split.m'),
    operator(makeNode('Add', 'inner.add', ['inner.c', 'split.m'], ['inner.sum'])),
    layer('outer', 'inner.sum'),
    operator(makeNode('Add', 'outer.add', ['outer.c', 'inner.sum'], ['outer.sum'])),
    layer('left', 'outer.sum'),
    layer('right', 'outer.sum'),
    operator(makeNode('Concat', 'concat', ['left.c', 'right.c'], ['both'], { axis: 1n })),
    operator(makeNode('MaxPool', 'shrink', ['both'], ['small'], pool)),
    activated('silu', 'small', 'Swish', 2 * channels),
    activated('wide', 'silu.m', 'Relu'),
    activated('steps', 'wide.m', 'Relu'),
    layer('fork', 'steps.m'),
    layer('near', 'fork.c'),
    layer('far', 'fork.c'),
    operator(makeNode('Add', 'join', ['near.c', 'far.c'], ['joined'])),
    layer('head', 'joined'),
    operator(makeNode('GlobalAveragePool', 'pool', ['head.c'], ['pooled'])),
    operator(makeNode('Flatten', 'flatten', ['pooled'], ['y'])),
  ]
  return buildModel({
    inputs: { x: [1, 8, 64, 64] },
    outputs: ['y'],
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
  })
}

/** The network with all pairs that ONNX Runtime's CPU provider wants. */
export function cleanModel(): ModelProto {
  return quantized(network(), 'onnxruntime')
}

/** One mistake of the kind that tools and people make when they place Q/DQ pairs. */
export interface Mistake {
  readonly cause: string
  /** A name that the sentence of the cause must hold. */
  readonly names: string
  readonly plant: (model: ModelProto) => ModelProto
}

export const mistakes: readonly Mistake[] = [
  { cause: 'split-activation', names: '`split`', plant: model => withoutPairs(model, 'split.s') },
  {
    cause: 'unquantized-activation',
    names: '`silu`',
    plant: model => withoutPairs(withoutPairs(model, 'silu.c'), 'silu.s'),
  },
  { cause: 'unfolded-activation', names: '`wide`', plant: model => wideGrid(model, 'wide.m') },
  { cause: 'mismatched-bias', names: '`steps`', plant: model => wrongBias(model, 'steps') },
  { cause: 'float-residual-add', names: '`inner.sum`', plant: model => plainInput(model, 'outer.add', 1) },
  { cause: 'signed-activation', names: '`fork`', plant: model => signedGrid(model, 'fork.c') },
  { cause: 'concat-scales', names: '`concat`', plant: model => otherScale(model, 'left.c') },
  { cause: 'unquantized-output', names: '`head`', plant: model => withoutPairs(model, 'head.c') },
]

/** The network with these mistakes, each at another place. */
export function naiveModel(planted: readonly Mistake[] = mistakes): ModelProto {
  return planted.reduce((model, { plant }) => plant(model), cleanModel())
}

/** Lets one input of a node read what stands in front of its pair. */
function plainInput(model: ModelProto, name: string, input: number): ModelProto {
  const { producer } = indexGraph(model.graph!)
  const node = nodeNamed(model, name)
  const quantize = producer.get(producer.get(node.input[input]!)!.input[0]!)!
  node.input[input] = quantize.input[0]!
  return model
}
