import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto, NodeProto } from '../../../src/onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../../src/onnx/tensor.ts'
import type { AffineParameters } from '../../../src/quantize/affine.ts'
import type { PlacementName } from '../../../src/quantize/placements.ts'
import { parametersOf, quantizedGraph } from '../../../src/quantize/qdq/quantized-graph.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { requantize } from '../../../src/quantize/rewrites/requantize.ts'
import { nodeNamed } from '../../support/describe-graph.ts'
import { buildModel, conv, randomTensor } from '../../support/models/model-builder.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

/** x [1, 4, 8, 8] -> Conv -> the nodes, which read `c` and write `m` -> Conv -> y. */
export function between(...nodes: readonly NodeProto[]): ModelProto {
  const first = conv('first', 'x', 'c', [4, 16])
  const last = conv('last', 'm', 'y', [16, 8])
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...first.nodes, ...nodes, ...last.nodes],
    initializers: [...first.initializers, ...last.initializers],
  })
}

export const relu = makeNode('Relu', 'relu', ['c'], ['m'])
export const swish = [makeNode('Sigmoid', 'sigmoid', ['c'], ['s']), makeNode('Mul', 'mul', ['c', 's'], ['m'])]
export const skip = [makeNode('Relu', 'relu', ['c'], ['r']), makeNode('Add', 'add', ['r', 'c'], ['m'])]
export const tanh = makeNode('Tanh', 'tanh', ['c'], ['m'])
export const averagePool = makeNode('GlobalAveragePool', 'pool', ['c'], ['m'])

/** x [1, 4, 8, 8] -> Conv `left` and Conv `right` -> Concat -> Conv -> y. */
export function branches(): ModelProto {
  const left = conv('left', 'x', 'l', [4, 16])
  const right = conv('right', 'x', 'r', [4, 16])
  const last = conv('last', 'm', 'y', [32, 8])
  const concat = makeNode('Concat', 'concat', ['l', 'r'], ['m'], { axis: 1n })
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...left.nodes, ...right.nodes, concat, ...last.nodes],
    initializers: [...left.initializers, ...right.initializers, ...last.initializers],
  })
}

/** x [1, 4, 8, 8] -> MatMul -> a node that reads `c` and writes `m` -> MatMul -> y. */
export function products(node: NodeProto): ModelProto {
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      makeNode('MatMul', 'first', ['x', 'first.weight'], ['c']),
      node,
      makeNode('MatMul', 'last', ['m', 'last.weight'], ['y']),
    ],
    initializers: [randomTensor('first.weight', [8, 16]), randomTensor('last.weight', [16, 8])],
  })
}

/** x [1, 4, 8, 8] -> Conv -> ConvTranspose, for which ONNX Runtime has no integer kernel -> y. */
export function upsampling(): ModelProto {
  const { nodes, initializers } = conv('first', 'x', 'c', [4, 16])
  const attributes = { strides: [2n, 2n], kernel_shape: [2n, 2n] }
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...nodes, makeNode('ConvTranspose', 'up', ['c', 'up.weight'], ['y'], attributes)],
    initializers: [...initializers, randomTensor('up.weight', [16, 4, 2, 2])],
  })
}

export function quantized(model: ModelProto, placement: PlacementName): ModelProto {
  return quantizeModel(quantizableForm(model), { ranges: unitRanges(model), placement })
}

/** The same network for images of 64 x 64, where a pair at the wrong place costs more than noise. */
export function enlarged(model: ModelProto): ModelProto {
  const type = model.graph!.input[0]!.type!.value
  if (type.case !== 'tensorType') return model
  for (const dim of type.value.shape!.dim.slice(2)) dim.value = { case: 'dimValue', value: 64n }
  return model
}

/** Takes the pairs off a tensor. */
export function withoutPairs(model: ModelProto, tensor: string): ModelProto {
  return requantize(model, new Map([[tensor, undefined]]))
}

/** Quantizes what a Relu writes to a grid with negative values, in the same steps. */
export function wideGrid(model: ModelProto, tensor: string): ModelProto {
  return onGrid(model, tensor, grid => ({ ...grid, zeroPoint: 100 }))
}

/** Quantizes a tensor to steps that no other tensor has. */
export function otherScale(model: ModelProto, tensor: string): ModelProto {
  return onGrid(model, tensor, grid => ({ ...grid, scale: 1.25 * grid.scale }))
}

/** Quantizes a tensor to signed integers, in the same steps. */
export function signedGrid(model: ModelProto, tensor: string): ModelProto {
  return onGrid(model, tensor, ({ scale }) => ({ type: 'int8', scale, zeroPoint: 0 }))
}

/** Changes the grid of the pair that a tensor has. */
function onGrid(
  model: ModelProto,
  tensor: string,
  change: (grid: AffineParameters) => AffineParameters,
): ModelProto {
  const graph = quantizedGraph(model)
  const grid = parametersOf(graph, graph.quantizers(tensor)[0]!)!
  return requantize(model, new Map([[tensor, change(grid)]]))
}

/** Stores the bias of a node as integers of other steps than the accumulator's. */
export function wrongBias(model: ModelProto, node: string): ModelProto {
  const { input } = nodeNamed(model, node)
  const dequantize = model.graph!.node.find(({ output }) => output[0] === input[2])!
  const index = model.graph!.initializer.findIndex(({ name }) => name === dequantize.input[1])
  const scale = model.graph!.initializer[index]!
  const doubled = floatData(scale).map(value => 2 * value)
  model.graph!.initializer[index] = makeTensor(scale.name, tensorShape(scale), doubled)
  return model
}

/** Gives a node a float bias. */
export function plainBias(model: ModelProto, node: string, channels: number): ModelProto {
  model.graph!.initializer.push(makeTensor('plain_bias', [channels], new Float32Array(channels).fill(0.1)))
  nodeNamed(model, node).input[2] = 'plain_bias'
  return model
}
