import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { isSelection, isUnlike, magnitude, type TensorRanges } from './tensor-ranges.ts'

/** Operators that hand on all values of their first input in another order or shape. */
const moves = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose'])

/** A part of a tensor's values that needs a much smaller scale than the whole. */
export interface UnlikePart {
  readonly part: number
  readonly whole: number
}

/**
 * The smallest of the parts that a tensor was joined from (Concat, Where) or is cut into (Slice, Split, Gather), if the
 * scale of the whole would take more than four of its eight bits.
 */
export function unlikePart(tensors: TensorRanges, tensor: string): UnlikePart | undefined {
  const whole = magnitude(tensors, tensor)
  const parts = [...joined(tensors, tensor), ...cut(tensors, tensor)].flatMap(
    part => magnitude(tensors, part) || [],
  )
  const part = Math.min(...parts)
  return whole !== undefined && isUnlike(part, whole) ? { part, whole } : undefined
}

function joined(tensors: TensorRanges, tensor: string): string[] {
  const maker = tensors.known.producer.get(tensor)
  if (!maker || !isDefaultDomain(maker.domain)) return []
  if (moves.has(maker.opType)) return joined(tensors, maker.input[0]!)
  return joinedBy(maker).flatMap(part => {
    const inner = joined(tensors, part)
    return inner.length > 0 ? inner : [part]
  })
}

/** The inputs of a node whose values its output holds side by side. */
export function joinedBy({ domain, opType, input }: NodeProto): readonly string[] {
  if (!isDefaultDomain(domain)) return []
  if (opType === 'Concat') return input
  return opType === 'Where' ? input.slice(1) : []
}

function cut(tensors: TensorRanges, tensor: string): string[] {
  return (tensors.known.readers.get(tensor) ?? []).flatMap(({ node, input }) => {
    if (input !== 0) return []
    if (isSelection(node)) return node.output
    return isDefaultDomain(node.domain) && moves.has(node.opType) ? cut(tensors, node.output[0]!) : []
  })
}
