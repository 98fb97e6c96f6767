import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { isNormalized } from './is-normalized.ts'
import { joinedBy, unlikePart } from './joined-parts.ts'
import { magnitude, type TensorRanges } from './tensor-ranges.ts'

/** Widest range of a Softmax's input: its steps then change a result by at most 1/16, which is 24 dB. */
const widestSoftmax = 32

/**
 * Widest range of the products that a Softmax reads: beyond it the rounding of their operands alone, a few hundredths
 * of a percent of the width, moves results by as much as the Softmax's own steps would.
 */
const widestProduct = 64

/** Beyond this, one row in twenty has fewer than four steps on either side of zero. */
const mostUnlikeRows = 32

const softmaxes = new Set(['Softmax', 'LogSoftmax'])

/** Beyond this, all values of the smaller operand are less than one step of the sum. */
const mostUnlikeTerms = 256

/** Why the values of a node's operands cannot be in 8 bits together, as a clause without a subject; undefined if they can. */
export function unfitNode(tensors: TensorRanges, node: NodeProto): string | undefined {
  if (!isDefaultDomain(node.domain)) return undefined
  const { opType, input, output } = node
  if (joinedBy(node).length > 0) {
    const unlike = unlikePart(tensors, output[0]!)
    return unlike && `joins values up to ${short(unlike.part)} with values up to ${short(unlike.whole)}`
  }
  if (opType === 'Add' || opType === 'Sub') {
    const [a = 0, b = 0] = input.map(name => magnitude(tensors, name))
    const [small, large] = [Math.min(a, b), Math.max(a, b)]
    return small > 0 && small * mostUnlikeTerms < large
      ? `adds values up to ${short(small)} to values up to ${short(large)}`
      : undefined
  }
  if (softmaxes.has(opType)) return tooWide('reads', widthOf(tensors, input[0]!), widestSoftmax)
  if (opType === 'MatMul' || opType === 'Gemm') {
    const small = tensors.range(input[0]!)?.smallRows
    const large = magnitude(tensors, input[0]!)
    if (small && large && small * mostUnlikeRows < large && isNormalized(tensors.known, output[0]!)) {
      return `reads rows of values up to ${short(large)} and below ${short(small)}, which are made equally large behind it`
    }
  }
  if (opType !== 'MatMul' || tensors.known.constants.has(input[1]!)) return undefined
  const factor = softmaxFactor(tensors, output[0]!, 1)
  return tooWide('gives a Softmax', widthOf(tensors, output[0]!) * (factor ?? 0), widestProduct)
}

function tooWide(verb: string, width: number, widest: number): string | undefined {
  return width > widest ? `${verb} values over a width of ${short(width)}, too coarse in 8 bits` : undefined
}

function widthOf({ range }: TensorRanges, tensor: string): number {
  const found = range(tensor)
  return found ? found.max - found.min : 0
}

/** Operators that add a mask to what a Softmax reads. */
const masks = new Set(['Add', 'Sub', 'Where'])

/**
 * By what a tensor is multiplied on its way to a Softmax, past masks. Undefined if it goes elsewhere: the width of what
 * a Softmax reads says nothing, where a mask makes most of it.
 */
function softmaxFactor(
  tensors: TensorRanges,
  tensor: string,
  factor: number,
  seen = new Set<string>(),
): number | undefined {
  // Sums of sums have more ways through them than anybody can go.
  if (seen.has(tensor)) return undefined
  seen.add(tensor)
  for (const { node } of tensors.known.readers.get(tensor) ?? []) {
    const { opType, input, output } = node
    if (!isDefaultDomain(node.domain)) continue
    if (softmaxes.has(opType)) return factor
    const other = magnitude(tensors, input[0] === tensor ? (input[1] ?? '') : input[0]!)
    const scaled =
      opType === 'Mul' ? factor * (other ?? 0) : opType === 'Div' && other ? factor / other : undefined
    const next = scaled ?? (masks.has(opType) ? factor : undefined)
    const found = next === undefined ? undefined : softmaxFactor(tensors, output[0]!, next, seen)
    if (found !== undefined) return found
  }
  return undefined
}

/** Three digits say what a range is about. */
export function short(value: number): string {
  return Number(value.toPrecision(3)).toString()
}
