import type { NumericArray } from '../../data/ndarray.ts'
import { attribute, floatAttribute, intAttribute, stringAttribute } from '../attributes.ts'
import { copyMessage } from '../copy-message.ts'
import type { GraphIndex } from '../graph.ts'
import { makeNode } from '../node.ts'
import { TensorProto_DataType as DataType, type NodeProto } from '../onnx_pb.ts'
import { floatData } from '../tensor.ts'

/** What a rule knows of the graph whose nodes it raises. */
export interface RaisedGraph extends Pick<GraphIndex, 'constants' | 'readers'> {
  /** Version of the default operator set that the graph is written in. */
  readonly opset: number
  rankOf(tensor: string): number | undefined
  typeOf(tensor: string): DataType | undefined
  /** A name that no tensor has yet. */
  newTensor(wanted: string): string
  /** Adds a constant and gives its name. */
  addConstant(wanted: string, shape: readonly number[], data: NumericArray): string
}

/** How a node is written in a later operator set. */
export interface OpsetRule {
  /** The version in which the operator changed: nodes of this one and later stay as they are. */
  readonly changedIn: number
  /** The nodes that do the same, or why there are none. */
  raise(node: NodeProto, graph: RaisedGraph): NodeProto[] | string
}

const moveAxes = {
  changedIn: 13,
  raise: (node: NodeProto, graph: RaisedGraph) => asInput(node, graph, 'axes'),
}

const normalization: OpsetRule = { changedIn: 13, raise: overRest }

/**
 * Operators of ONNX's default set that mean something else, or are written in another way, in opset 13 than in one of
 * 7 to 12 (ONNX's Changelog.md). All others read the same.
 */
export const opsetRules: Readonly<Record<string, OpsetRule>> = {
  BatchNormalization: {
    changedIn: 9,
    raise: node =>
      intAttribute(node, 'spatial', 1) === 1 ? [without(node, 'spatial')] : 'it has statistics per pixel',
  },
  Clip: { changedIn: 11, raise: clip },
  // Networks that only run never drop anything.
  Dropout: {
    changedIn: 12,
    raise: (node, { opset, readers }) =>
      opset < 10 && readers.has(node.output[1] ?? '') ? 'its mask is read' : [without(node, 'ratio')],
  },
  Hardmax: normalization,
  LogSoftmax: normalization,
  Pad: { changedIn: 11, raise: pad },
  ReduceSum: moveAxes,
  Resize: { changedIn: 11, raise: resize },
  Scan: { changedIn: 9, raise: () => 'its inputs are in another order' },
  Scatter: { changedIn: 11, raise: node => [copyMessage(node, { opType: 'ScatterElements' })] },
  Slice: { changedIn: 10, raise: slice },
  Softmax: normalization,
  Split: { changedIn: 13, raise: (node, graph) => asInput(node, graph, 'split') },
  Squeeze: moveAxes,
  TopK: { changedIn: 10, raise: topK },
  Unsqueeze: moveAxes,
  Upsample: { changedIn: 10, raise: upsample },
}

function without(node: NodeProto, ...names: readonly string[]): NodeProto {
  return copyMessage(node, { attribute: node.attribute.filter(({ name }) => !names.includes(name)) })
}

/** An attribute of integers becomes the second input; an absent one stays so. */
export function asInput(node: NodeProto, graph: RaisedGraph, name: string): NodeProto[] {
  const ints = attribute(node, name)?.ints
  if (!ints) return [node]
  const input = integers(node, graph, name, ints)
  return [copyMessage(without(node, name), { input: [node.input[0]!, input] })]
}

function integers(node: NodeProto, graph: RaisedGraph, name: string, ints: readonly bigint[]): string {
  return graph.addConstant(`${node.output[0]}_${name}`, [ints.length], BigInt64Array.from(ints))
}

/** A constant of the type that the node's data has. */
function scalar(node: NodeProto, graph: RaisedGraph, name: string, value: number): string {
  const double = graph.typeOf(node.input[0]!) === DataType.DOUBLE
  return graph.addConstant(
    `${node.output[0]}_${name}`,
    [],
    double ? Float64Array.of(value) : Float32Array.of(value),
  )
}

function clip(node: NodeProto, graph: RaisedGraph): NodeProto[] {
  const bounds = ['min', 'max'].map(name => {
    const bound = attribute(node, name)
    return bound ? scalar(node, graph, name, bound.f) : ''
  })
  return [copyMessage(without(node, 'min', 'max'), { input: [node.input[0]!, ...bounds] })]
}

function pad(node: NodeProto, graph: RaisedGraph): NodeProto[] {
  const input = [node.input[0]!, integers(node, graph, 'pads', attribute(node, 'pads')!.ints)]
  const value = floatAttribute(node, 'value', 0)
  if (value !== 0) input.push(scalar(node, graph, 'value', value))
  return [copyMessage(without(node, 'pads', 'value'), { input })]
}

function slice(node: NodeProto, graph: RaisedGraph): NodeProto[] {
  const names = ['starts', 'ends', 'axes']
  const inputs = names.flatMap(name => {
    const ints = attribute(node, name)?.ints
    return ints ? [integers(node, graph, name, ints)] : []
  })
  return [copyMessage(without(node, ...names), { input: [node.input[0]!, ...inputs] })]
}

function topK(node: NodeProto, graph: RaisedGraph): NodeProto[] {
  const k = integers(node, graph, 'k', [attribute(node, 'k')!.i])
  return [copyMessage(without(node, 'k'), { input: [node.input[0]!, k] })]
}

/**
 * Before opset 13 these treat all axes from `axis` (default 1) on as one, since then only that axis (default the last).
 * The two agree for the last axis; otherwise the tensor is flattened for the while.
 */
function overRest(node: NodeProto, graph: RaisedGraph): NodeProto[] {
  const [input, output] = [node.input[0]!, node.output[0]!]
  const axis = intAttribute(node, 'axis', 1)
  const rank = graph.rankOf(input)
  const last = copyMessage(without(node, 'axis'), { input: [input], output: [output] })
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return [last]
  const [flat, normalized, shape] = ['flat', 'normalized', 'shape'].map(name =>
    graph.newTensor(`${output}_${name}`),
  ) as [string, string, string]
  return [
    makeNode('Shape', '', [input], [shape]),
    makeNode('Flatten', '', [input], [flat], { axis: BigInt(axis) }),
    Object.assign(last, { input: [flat], output: [normalized] }),
    makeNode('Reshape', '', [normalized, shape], [output]),
  ]
}

function upsample(node: NodeProto, graph: RaisedGraph): NodeProto[] | string {
  const scales = attribute(node, 'scales')?.floats
  if (!scales) return resize(node, graph)
  const input = graph.addConstant(`${node.output[0]}_scales`, [scales.length], Float32Array.from(scales))
  return [resized(node, input, scales.some(factor => factor < 1) ? 'ceil' : 'floor')]
}

/** Resize of opset 10: its `nearest` rounds down where it enlarges, up where it shrinks. */
function resize(node: NodeProto, { constants }: RaisedGraph): NodeProto[] | string {
  const scales = node.input[1]!
  const constant = constants.get(scales)
  const factors = constant ? [...floatData(constant)] : undefined
  const shrinks = !factors || factors.some(factor => factor < 1)
  const enlarges = !factors || factors.some(factor => factor > 1)
  if (stringAttribute(node, 'mode', 'nearest') === 'nearest' && shrinks && enlarges)
    return 'it is not known to enlarge along every axis'
  return [resized(node, scales, shrinks ? 'ceil' : 'floor')]
}

function resized(node: NodeProto, scales: string, rounding: 'ceil' | 'floor'): NodeProto {
  const mode = stringAttribute(node, 'mode', 'nearest')
  return makeNode('Resize', node.name, [node.input[0]!, '', scales], node.output, {
    mode,
    coordinate_transformation_mode: 'asymmetric',
    ...(mode === 'nearest' && { nearest_mode: rounding }),
  })
}
