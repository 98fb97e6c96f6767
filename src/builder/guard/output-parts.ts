import { attribute, intAttribute } from '../../onnx/attributes.ts'
import type { GraphIndex } from '../../onnx/graph.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'

/** From the first index to the one behind the last; undefined is a whole axis. */
type Span = readonly [from: number, to: number] | undefined

/** A box of an output, a span for each axis. */
export type OutputPart = readonly Span[]

type Shapes = ReadonlyMap<string, readonly number[]>

/** More are pieces of one thing, as the heads of attention are. */
const mostParts = 16

/** What gives its input another shape, and no other values. */
const reshapes = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'])
/** What works value by value. */
const valueByValue = new Set(
  'Identity Cast Relu LeakyRelu Sigmoid Tanh Exp Clip Mul Add Sub Div HardSigmoid Softplus'.split(' '),
)

/** Tensors whose shapes `outputParts` asks for; none if no Concat makes the output. */
export function tensorsOfParts(index: GraphIndex, output: string): string[] {
  const seen = new Set<string>()
  let isJoined = false
  const visit = (tensor: string) => {
    if (seen.has(tensor) || index.constants.has(tensor)) return
    seen.add(tensor)
    const node = index.producer.get(tensor)
    if (node?.opType === 'Concat') isJoined = true
    for (const input of node ? valueInputs(node) : []) visit(input)
  }
  visit(output)
  return isJoined ? [...seen] : []
}

/**
 * The parts of an output that were tensors of their own before a Concat: boxes from 0 to 640 and scores from 0 to 1 are two
 * answers, and the error of the whole says nothing of the second. Empty if it is one.
 *
 * @param shapes - of the tensors that `tensorsOfParts` names
 */
export function outputParts(index: GraphIndex, output: string, shapes: Shapes): OutputPart[] {
  const shape = shapes.get(output)
  if (!shape) return []
  const parts = partsOf(
    output,
    [...shape.keys()],
    shape.map(() => undefined),
  )
  return parts.length > 1 && parts.length <= mostParts ? parts : []

  /** @param axes - of the tensor: which axis of the output each of them is */
  function partsOf(tensor: string, axes: readonly (number | undefined)[], part: OutputPart): OutputPart[] {
    const node = index.producer.get(tensor)
    const known = shapes.get(tensor)
    if (!node || !known || axes.length !== known.length) return [part]
    if (node.opType === 'Concat') return joinedParts(node, known, axes, part)
    const moves = reshapes.has(node.opType) || node.opType === 'Transpose'
    const sources = valueInputs(node).filter(input => moves || isAlike(shapes.get(input), known))
    const before = shapes.get(sources[0]!)
    // Of two, neither makes a part by itself.
    if (sources.length !== 1 || !before) return [part]
    return partsOf(sources[0]!, axesBefore(node, before, known, axes), part)
  }

  function joinedParts(
    node: NodeProto,
    shape: readonly number[],
    axes: readonly (number | undefined)[],
    part: OutputPart,
  ): OutputPart[] {
    const axis = intAttribute(node, 'axis', 0)
    const joined = axis < 0 ? axis + shape.length : axis
    const own = axes[joined]
    const sizes = node.input.map(
      input => shapes.get(input)?.[joined] ?? Number(index.constants.get(input)?.dims[joined]),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    if (own === undefined || total !== shape[joined]) return [part]
    let from = part[own]?.[0] ?? 0
    return node.input.flatMap((input, i) => {
      const span = [from, from + sizes[i]!] as const
      from = span[1]
      return sizes[i] === 0 ? [] : partsOf(input, axes, part.with(own, span))
    })
  }
}

/** The inputs that hold values, not shapes or axes. */
function valueInputs(node: NodeProto): string[] {
  if (node.opType === 'Concat') return node.input
  if (reshapes.has(node.opType) || node.opType === 'Transpose') return node.input.slice(0, 1)
  return valueByValue.has(node.opType) ? node.input : []
}

/** Which axis of the output those of a node's input are. */
function axesBefore(
  node: NodeProto,
  before: readonly number[],
  after: readonly number[],
  axes: readonly (number | undefined)[],
): (number | undefined)[] {
  if (node.opType === 'Transpose') {
    const given = attribute(node, 'perm')?.ints.map(Number)
    const order = given ?? [...after.keys()].reverse()
    return before.map((_, axis) => axes[order.indexOf(axis)])
  }
  if (!reshapes.has(node.opType)) return [...axes]
  const sizeBefore = (shape: readonly number[], axis: number) =>
    shape.slice(0, axis).reduce((product, size) => product * size, 1)
  return before.map((size, axis) => {
    const same = after.findIndex(
      (other, i) => other === size && other > 1 && sizeBefore(after, i) === sizeBefore(before, axis),
    )
    return axes[same]
  })
}

function isAlike(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a?.length === b.length && a.every((size, axis) => size === b[axis])
}
