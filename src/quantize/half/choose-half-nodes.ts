import { float16ToNumber, numberToFloat16 } from '../../data/float16.ts'
import { subgraphs } from '../../onnx/attributes.ts'
import type { GraphIndex } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { floatData } from '../../onnx/tensor.ts'

/** Nodes that can compute in half, and why the others of their kind cannot, as a clause with the node as its subject. */
export interface HalfNodes {
  readonly half: ReadonlySet<NodeProto>
  readonly inFloat: ReadonlyMap<NodeProto, string>
}

/** The largest finite number that half holds. */
const largestHalf = 65504

/** A scale is held if rounding it to half changes it by no more than rounding a normal number does. */
const mostError = 2 ** -10

/** Operators of the default set whose floats are never 16 bits wide, or whose type is an attribute. */
const floatOperators = new Set([
  'Cast',
  'CastLike',
  'ConstantOfShape',
  'EyeLike',
  'Multinomial',
  'NonMaxSuppression',
  'RandomNormal',
  'RandomUniform',
  'Range',
])

/** Inputs that are 32-bit floats whatever the data is. */
const floatInputs: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] }

/** Whether an input of a node in half is in half, too. */
export function isHalfInput({ opType }: NodeProto, position: number): boolean {
  return !floatInputs[opType]?.includes(position)
}

/**
 * Chooses the nodes that compute in half. Not: control flow, foreign operators, what is computed from indices, and what
 * stores or takes numbers that half does not hold.
 *
 * @param isFloat - whether a tensor holds 32-bit floats
 * @param isHalf - whether it holds 16-bit ones already
 * @param magnitudeOf - the largest magnitude of a tensor, if it is known
 */
export function chooseHalfNodes(
  index: GraphIndex,
  isFloat: (name: string) => boolean,
  isHalf: (name: string) => boolean,
  magnitudeOf: (tensor: string) => number | undefined,
): HalfNodes {
  const half = new Set<NodeProto>()
  const inFloat = new Map<NodeProto, string>()
  const indices = indexArithmetic(index, isFloat, isHalf)
  for (const node of index.graph.node) {
    const isOfFloats = [...node.input, ...node.output].some(name => name && isFloat(name))
    const isConstant = index.constants.has(node.output[0]!)
    if (!isOfFloats || isConstant || indices.has(node)) continue
    const reason = whyFloat(node, index.constants, magnitudeOf)
    if (reason !== undefined) inFloat.set(node, reason)
    else if (!floatOperators.has(node.opType)) half.add(node)
  }
  return { half, inFloat }
}

/** Nodes that compute with numbers of elements, which half rounds from 2048 on: all their data was cast from integers. */
function indexArithmetic(
  { graph, constants }: GraphIndex,
  isFloat: (name: string) => boolean,
  isHalf: (name: string) => boolean,
): Set<NodeProto> {
  const nodes = new Set<NodeProto>()
  const counted = new Set<string>()
  for (const node of graph.node) {
    const data = node.input.filter(name => name && isFloat(name) && !constants.has(name))
    const [read, written] = [node.input[0]!, node.output[0]!]
    const isCast = node.opType === 'Cast' && !isFloat(read) && !isHalf(read) && isFloat(written)
    const isCounted = data.length > 0 && data.every(name => counted.has(name))
    if (!isCast && !isCounted) continue
    nodes.add(node)
    for (const name of node.output) counted.add(name)
  }
  return nodes
}

function whyFloat(
  node: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
  magnitudeOf: (tensor: string) => number | undefined,
): string | undefined {
  if (!isDefaultDomain(node.domain)) return `is an operator of \`${node.domain}\``
  if (subgraphs(node).length > 0) return 'runs a graph of its own'
  const isScale = node.opType === 'QuantizeLinear' || node.opType === 'DequantizeLinear'
  for (const [position, name] of node.input.entries()) {
    const constant = constants.get(name)
    if (constant?.dataType !== DataType.FLOAT || !isHalfInput(node, position)) continue
    const values = floatData(constant)
    // Weights may lose what is far below the others; a scale may lose nothing.
    const lost = isScale
      ? values.find(value => !isHeld(value))
      : values.find(value => Math.abs(value) > largestHalf)
    if (lost !== undefined) {
      return isScale
        ? `has the scale ${lost.toPrecision(3)}, which half does not hold`
        : `stores ${lost.toPrecision(3)} in \`${name}\`, which half does not hold`
    }
  }
  const large = [...node.input, ...node.output].find(name => (magnitudeOf(name) ?? 0) > largestHalf)
  return large === undefined
    ? undefined
    : `has values up to ${magnitudeOf(large)!.toPrecision(3)} in \`${large}\``
}

function isHeld(value: number): boolean {
  const held = float16ToNumber(numberToFloat16(value))
  return Math.abs(held - value) <= Math.abs(value) * mostError
}
